// The public surface of @awo/analysis.
export { upperShare } from './bounds.ts';
export { bucketOf, quantile, quantileBucket, slowerThan, totalOf, type Histogram } from './histogram.ts';
export { requestsToExclude, startMargin, updateMargin, updateMarginAgainst, type MarginState } from './margin-test.ts';
export { judgeMemory, thinSamples, type MemorySample, type MemoryVerdict } from './memory-growth.ts';
export { conditionalLogLikelihoods, LOG_ODDS, type Counts, type Look } from './odds-grid.ts';
export {
  compareProportions,
  judgeProportions,
  startProportions,
  updateProportions,
  type Levels,
  type ProportionsOptions,
  type ProportionsState,
  type ProportionsVerdict,
} from './proportions.ts';
export {
  handOver,
  logRestarting,
  startRestarting,
  takeOver,
  updateRestarting,
  updateRestartingAgainst,
  type Handover,
  type RestartingState,
} from './restarting.ts';
export { seededRandom } from './seeded-random.ts';
export { theilSen, type Point, type Trend } from './trend.ts';
export { logEvidence, oddsInterval, startWorse, updateWorse, updateWorseAgainst, type WorseOptions, type WorseState } from './worse-test.ts';
