// How often test agents speak to each other, and after how much silence one is given up.

/** Agents that join in the middle hear of a step this late at most. */
export const OFFER_EVERY_MS = 1000;
export const ALIVE_EVERY_MS = 1000;
/** Five missed signs: a machine whose cores are all busy skips one or two. A wrong guess costs a second run of one suite, nothing else. */
export const SILENCE_MS = 5000;
/** An answer takes no work. */
export const ANSWER_WITHIN_MS = 2000;
