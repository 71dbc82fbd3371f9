// The public surface of @awo/bus.
export { connectBus } from './bus.ts';
export type { Bus, Refused } from './bus.ts';
export { SignedCheckpoint, openSigningKey, readPublicKey, signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
export type { CheckpointKind, SigningKey, Verified } from './checkpoint.ts';
export { openConnection } from './connect.ts';
export type { Connection, ConnectOptions } from './connect.ts';
export { parseHead, parseJson } from './append.ts';
export type { LogHead } from './append.ts';
export { consumeWork } from './consume.ts';
export { digestOf } from './evidence.ts';
export { IntakeReply, goalIdFor, intakeDigest, parseIncoming } from './inbox.ts';
export type { Incoming } from './inbox.ts';
export { provision, readBusSpec, BusSpec } from './provision.ts';
export { PATIENCE, settle } from './settle.ts';
export type { Patience, Settlement } from './settle.ts';
export { parseDue } from './timers.ts';
export { handOver, writeEvents } from './write.ts';
export type { WriteRequest, WriteResult } from './write.ts';
