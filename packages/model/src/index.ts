// The public surface of @awo/model. Loaded where a model is configured, and nowhere else.
export { CallRecords } from './call-records.ts';
export { readModelConfig } from './config.ts';
export type { ModelConfig } from './config.ts';
export { openaiSource } from './openai-source.ts';
export type { Evidence } from './prompt.ts';
export { propose } from './propose.ts';
export type { Check, Proposal, ProposalRequest } from './propose.ts';
export { replaySource } from './replay-source.ts';
