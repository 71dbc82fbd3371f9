// The public surface of @awo/test-generation.
export { commitToBranch } from './deliver.ts';
export { generateTests } from './generate.ts';
export type { Generated, GenerateOptions, Question } from './generate.ts';
export type { Value } from './value.ts';
