// What can be seen by now, and how much more a verdict takes. Pure.

/** What mixing over alternatives and beginnings costs on top of log(1/alpha), measured in the simulations of docs/watching.md. */
export const PRICE = 3;

/** A pair of samples d standard deviations apart adds about d^2/4 to the log e-value (matched pairs; both halves of a Gaussian shift). */
const PER_PAIR = 4;

/** Smallest difference of two means, in standard deviations of one sample, that so many samples per side show. */
export const detectable = (perSide: number, alpha: number): number => Math.sqrt((PER_PAIR * (Math.log(1 / alpha) + PRICE)) / Math.max(1, perSide));

/** Samples per side that show a difference of so many standard deviations. */
export const needed = (difference: number, alpha: number): number => (PER_PAIR * (Math.log(1 / alpha) + PRICE)) / Math.max(1e-9, difference * difference);

/** Events on the canary alone, none on the baseline, that prove harm: each one doubles the evidence. */
export const nowDetected = (alpha: number): number => Math.ceil((Math.log(1 / alpha) + PRICE) / Math.LN2);
