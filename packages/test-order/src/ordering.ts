// What it takes to put tests in order, without the readers of reports and files.
export { foldCycles } from './cycles.ts';
export { HistoryLine } from './lines.ts';
export { createOrderer } from './orderer.ts';
