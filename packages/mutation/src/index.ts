// The public surface of @awo/mutation.
export { applyEdits } from './edit.ts';
export type { Edit, LineRange, Operator } from './edit.ts';
export { editsOf, languageOf, mutantsOf } from './mutants.ts';
export type { Mutant } from './mutants.ts';
export { randomFrom, sampleMutants } from './sample.ts';
