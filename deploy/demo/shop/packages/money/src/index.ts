// Money in whole cents: no sum ever goes through a fraction of a cent.

/** A whole number of cents. */
export type Cents = number;

export function cents(amount: number): Cents {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is no whole number of cents`);
  return amount;
}

export const sum = (amounts: Cents[]): Cents => amounts.reduce((total, amount) => total + cents(amount), 0);

export const times = (amount: Cents, quantity: number): Cents => cents(amount * quantity);

/** `percent` of an amount, half a cent rounded up. */
export function share(amount: Cents, percent: number): Cents {
  return Math.round((cents(amount) * percent) / 100);
}

export const format = (amount: Cents): string => `€ ${(cents(amount) / 100).toFixed(2)}`;
