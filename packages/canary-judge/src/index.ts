// The public surface of @awo/canary-judge.
export type { Answer, MetricAnswer } from './answer.ts';
export { judgeCanary } from './judge.ts';
export { type ControlledAnswer, judgeWithControl } from './judge-with-control.ts';
export { parsePolicy, Policy } from './policy.ts';
export { readRows, usableRows } from './read-rows.ts';
export type { Row } from './row.ts';
export { requestsToShow, smallestShown } from './power-of-shares.ts';
