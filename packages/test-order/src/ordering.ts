// What agents need of it, without the readers of reports and files.
export { drawAudit } from './audit/draw.ts';
export type { Draw } from './audit/draw.ts';
export { estimateMisses, missWords, wideningReason } from './audit/estimate.ts';
export { foldCycles } from './cycles.ts';
export { HistoryLine } from './lines.ts';
export { createOrderer } from './orderer.ts';
