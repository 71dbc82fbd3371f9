// The public surface of @awo/root-cause.
export { LEAD } from './confidence.ts';
export { diagnose } from './diagnose.ts';
export type { Evidence } from './evidence.ts';
export { evidenceOf, type EvidenceBundle } from './evidence-bundle.ts';
export { readEvidence } from './read-evidence.ts';
export { htmlOf } from './report-html.ts';
export { markdownOf } from './report-markdown.ts';
export { namedFiles } from './signals/changed-files.ts';
export { SIGNAL_POLICY, type SignalPolicy } from './signals/policy.ts';
