// The public surface of @awo/testing. Imported by tests only.
export { fixedClock } from './fixed-clock.ts';
export type { FixedClock } from './fixed-clock.ts';
export { commitFiles, makeRepo } from './git-repository.ts';
export type { Files, TestRepository } from './git-repository.ts';
export { scriptedModel } from './scripted-model.ts';
export type { Said, ScriptedModel } from './scripted-model.ts';
export { spanReceiver } from './span-receiver.ts';
export type { AttributeValue, ReceivedSpan, SpanReceiver } from './span-receiver.ts';
export { temporaryFolder } from './temporary-folder.ts';
export type { TemporaryFolder } from './temporary-folder.ts';
export { startTestCluster } from './test-cluster.ts';
export type { TestCluster } from './test-cluster.ts';
export { startTestInstallation } from './test-installation.ts';
export type { TestInstallation } from './test-installation.ts';
export { startTestNats } from './test-nats.ts';
export type { TestNats, TestNatsOptions } from './test-nats.ts';
export { waitFor } from './wait-for.ts';
export type { WaitOptions } from './wait-for.ts';
