// What agents need of it, without the readers of reports and files.
export { drawAudit } from './audit/draw.ts';
export type { Draw } from './audit/draw.ts';
export { estimateMisses, missWords, wideningReason } from './audit/estimate.ts';
export { filesToRun, narrowSuites } from './suites/narrow.ts';
export { orderSuites } from './suites/order-suites.ts';
export type { Place } from './suites/order-suites.ts';
export { excuse } from './suites/quarantine.ts';
export { testedUnits } from './suites/reached-suites.ts';
