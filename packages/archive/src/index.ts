// The public surface of @awo/archive for whoever seals. Readers import @awo/archive/reading.
export { nameOfPack, openArchive, verifyPack } from './archive.ts';
export type { Archive, Sealed } from './archive.ts';
export { describeGoal } from './describe-goal.ts';
export { openHolds } from './holds.ts';
export type { Holds } from './holds.ts';
export { ArchivedCommit, PackCheckpoint } from './manifest.ts';
export { compareAnchor, decodePack, frameOf, sealOf, withoutGoals } from './pack.ts';
export type { PackContent } from './pack.ts';
export { readArchivePolicy, ArchivePolicy } from './policy.ts';
export { ARCHIVE_VERBS, ArchiveRecord, ArchiveReply, archiveSubject } from './requests.ts';
export type { ArchiveStatus, ArchiveVerb, Gives, Takes } from './requests.ts';
export { openStore } from './store.ts';
