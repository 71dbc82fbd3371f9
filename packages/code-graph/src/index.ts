// The public surface of @awo/code-graph.
export { openReachCache } from './cache.ts';
export type { ReachCache, ReachCacheOptions } from './cache.ts';
export { classify } from './classify.ts';
export type { FileKind } from './classify.ts';
export { buildGraph, importersOf } from './graph.ts';
export { analyseImpact } from './impact/analyse.ts';
export type { ImpactOptions } from './impact/analyse.ts';
export { isTestFile } from './impact/test-files.ts';
export { computeReach } from './reach.ts';
