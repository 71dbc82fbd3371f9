"""What the shop sells. Prices in cents."""

KINDS = [("Green tea", 450), ("Black tea", 390), ("White tea", 690), ("Rooibos", 350), ("Mint tea", 320)]
PLACES = ["Assam", "Darjeeling", "Fujian", "Kagoshima", "Nilgiri", "Uji", "Yunnan", "Cederberg"]
GOODS = [("Tea pot", 2990), ("Cup", 890), ("Strainer", 590), ("Tea tin", 990), ("Whisk", 1490)]

PRODUCTS = [
    {"sku": f"t{number}", "name": f"{kind} from {place}", "price": price + 10 * (number % 7)}
    for number, (place, (kind, price)) in enumerate((place, kind) for place in PLACES for kind in KINDS)
] + [{"sku": f"g{number}", "name": name, "price": price} for number, (name, price) in enumerate(GOODS)]
