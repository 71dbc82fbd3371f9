// The public surface of @awo/root-cause.
export { diagnose } from './diagnose.ts';
export { readEvidence } from './read-evidence.ts';
export { htmlOf } from './report-html.ts';
export { markdownOf } from './report-markdown.ts';
