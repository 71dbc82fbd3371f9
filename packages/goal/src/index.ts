// The public surface of @awo/goal.
export { verifyAnchored } from './anchor.ts';
export type { GoalHead } from './anchor.ts';
export { CHAIN_START, hashOf, verifyChain, verifyNext } from './chain.ts';
export type { ChainEntry, ChainPosition, ChainProblem } from './chain.ts';
export { draftCommit, draftDispatch } from './draft.ts';
export type { Draft, Writer } from './draft.ts';
export { fold, foldAll, isEnded, stepById } from './fold.ts';
export { inFlight, next } from './next.ts';
export { planDiff } from './plan-diff.ts';
