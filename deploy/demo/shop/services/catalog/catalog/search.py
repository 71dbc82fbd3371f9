from catalog.products import PRODUCTS

MOST = 20


def search(words):
    """Products whose name contains the words as they were typed."""
    wanted = words.strip().lower()
    return [product for product in PRODUCTS if wanted in product["name"].lower()][:MOST]
