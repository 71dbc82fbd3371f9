// The public surface of @awo/canary-judge.
export type { Answer } from './answer.ts';
export { judgeCanary } from './judge.ts';
export { parsePolicy, Policy } from './policy.ts';
export { readRows } from './read-rows.ts';
