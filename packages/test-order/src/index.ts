// The public surface of @awo/test-order.
export { estimateMisses, missWords, wideningReason, type MissEstimate } from './audit/estimate.ts';
export { backtest, MEASURES, WAYS, type Backtest } from './backtest.ts';
export { fitBudget, type OrderAnswer } from './budget.ts';
export { foldCycles } from './cycles.ts';
export { flakiness, type FlakyTest } from './flaky.ts';
export { CoverageLine, HistoryLine, TestLine } from './lines.ts';
export { createOrderer } from './orderer.ts';
export { readLines } from './read-lines.ts';
export { importReport } from './reports/import-report.ts';
export type { Change, ChangedFunction, ChangedSource, LineRange } from './select/change.ts';
export { gatherEvidence } from './select/evidence.ts';
export { selectFrom, type Link, type Selection } from './select/select.ts';
export { linesOfRuns } from './suites/lines-of-runs.ts';
export { filesToRun, narrowSuites } from './suites/narrow.ts';
export { orderSuites, type Place } from './suites/order-suites.ts';
export { excuse } from './suites/quarantine.ts';
export { testedUnits } from './suites/reached-suites.ts';
export { REGIMES, simulate } from './simulate.ts';
