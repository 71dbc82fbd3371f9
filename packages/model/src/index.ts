// The public surface of @awo/model. Loaded where a model is configured, and nowhere else.
export type { ModelCall } from './call-records.ts';
export { configuredModel } from './configured.ts';
export type { Evidence } from './prompt.ts';
export { propose } from './propose.ts';
export type { Check, Proposal, ProposalRequest } from './proposal.ts';
