// The public surface of @awo/cli: what the demo and other programs show goals with.
export { followGoal } from './commands/follow-goal.ts';
export type { CliContext } from './context.ts';
export { EXIT, exitOf, exitOfOutcome } from './exit-codes.ts';
export type { ExitCode } from './exit-codes.ts';
export type { Terminal } from './output/print.ts';
export { runCli } from './run-cli.ts';
export { decideAgain, recordedDecisions } from './story/decided-again.ts';
export type { Recorded } from './story/decided-again.ts';
export { terminalOf } from './terminal.ts';
export { openTimeline } from './timeline/timeline.ts';
