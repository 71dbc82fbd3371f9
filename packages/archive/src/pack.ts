// A pack as bytes: a skippable zstd frame that says where things are, then zstd frames of JSON lines: manifest, signature, one frame per goal. Pure.
import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { SignedCheckpoint, signCheckpoint, verifyCheckpoint } from '@awo/bus';
import type { SigningKey } from '@awo/bus';
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';
import { damaged } from './damage.ts';
import { ArchivedCommit, Manifest, PackCheckpoint, RemovalCheckpoint } from './manifest.ts';
import type { SealedGoal } from './manifest.ts';

/** RFC 8878, section 3.1.2: decoders pass over such a frame, so `zstd -dc` prints a whole pack as JSON lines. */
const SKIPPABLE = 0x184d2a50;
const HEAD_BYTES = 8;

const Head = z.strictObject({ v: z.literal(1), manifest: z.number().int(), seal: z.number().int(), removed: z.array(SignedCheckpoint).readonly() });

export type Pack = {
  manifest: Manifest;
  /** SHA-256 of the manifest's text: what the next pack names as `prev`. */
  digest: string;
  removed: RemovalCheckpoint[];
  /** Null: retention took it out. Throws TerminalError `archive-damaged`, as for a goal that is not in this pack. */
  commitsOf: (goal: string) => ArchivedCommit[] | null;
};

export type PackContent = { goal: Omit<SealedGoal, 'length' | 'digest'>; commits: readonly ArchivedCommit[] };

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const lines = (values: readonly object[]): Buffer => zstdCompressSync(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

/** The frame of one goal: also what decides when a pack is large enough. */
export const frameOf = (commits: readonly ArchivedCommit[]): Buffer => lines(commits);

export function encodePack(about: Omit<Manifest, 'v' | 'goals'>, contents: readonly (PackContent & { frame: Buffer })[], key: SigningKey): Uint8Array {
  const goals = contents.map(({ goal, frame }) => ({ ...goal, length: frame.length, digest: sha256(frame) }));
  const manifest = JSON.stringify({ v: 1, ...about, goals } satisfies Manifest);
  const seal = signCheckpoint('archive', { pack: about.pack, manifest: sha256(manifest), prev: about.prev, goals: goals.length, at: about.at }, key);
  const framed = { manifest: zstdCompressSync(manifest), seal: lines([seal]) };
  return assemble(
    framed,
    [],
    contents.map(({ frame }) => frame),
  );
}

function assemble(framed: { manifest: Uint8Array; seal: Uint8Array }, removed: readonly SignedCheckpoint[], frames: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.from(JSON.stringify({ v: 1, manifest: framed.manifest.length, seal: framed.seal.length, removed } satisfies z.infer<typeof Head>));
  const magic = Buffer.alloc(HEAD_BYTES);
  magic.writeUInt32LE(SKIPPABLE, 0);
  magic.writeUInt32LE(head.length, 4);
  return Buffer.concat([magic, head, framed.manifest, framed.seal, ...frames]);
}

function cut(bytes: Uint8Array, trusted: readonly string[]) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < HEAD_BYTES || buffer.readUInt32LE(0) !== SKIPPABLE) throw damaged('this is no pack');
  const end = HEAD_BYTES + buffer.readUInt32LE(4);
  try {
    const head = Head.parse(JSON.parse(buffer.subarray(HEAD_BYTES, end).toString()));
    const manifestFrame = buffer.subarray(end, end + head.manifest);
    const sealFrame = buffer.subarray(end + head.manifest, end + head.manifest + head.seal);
    const text = zstdDecompressSync(manifestFrame);
    const manifest = Manifest.parse(JSON.parse(text.toString()));
    const seal = SignedCheckpoint.parse(JSON.parse(zstdDecompressSync(sealFrame).toString()));
    const digest = sha256(text);
    const removed = head.removed.map((one) => signed(one, RemovalCheckpoint, trusted, `the removal of a goal from pack ${manifest.pack}`));
    if (removed.some((one) => one.manifest !== digest)) throw damaged(`pack ${manifest.pack} names a removal that is another pack's`);
    const body = buffer.subarray(end + head.manifest + head.seal);
    return { manifest, digest, seal, removed, signedRemovals: head.removed, body, framed: { manifest: manifestFrame, seal: sealFrame } };
  } catch (error) {
    if (error instanceof TerminalError) throw error;
    throw damaged(`a pack cannot be read: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`);
  }
}

function signed<T>(one: unknown, payload: z.ZodType<T>, trusted: readonly string[], what: string): T {
  const found = verifyCheckpoint(one, 'archive', trusted, payload);
  if (!found.ok) throw damaged(`${what} is not signed by this installation (${found.because})`);
  return found.payload;
}

/** Checks signature, digests and lengths of everything. Throws TerminalError `archive-damaged` that says what does not fit. */
export function decodePack(bytes: Uint8Array, trusted: readonly string[]): Pack {
  const { manifest, digest, seal, removed, body } = cut(bytes, trusted);
  const said = signed(seal, PackCheckpoint, trusted, `pack ${manifest.pack}`);
  if (said.manifest !== digest || said.pack !== manifest.pack || said.prev !== manifest.prev)
    throw damaged(`pack ${manifest.pack} has another manifest than was signed`);
  const frames = framesOf(manifest, new Set(removed.map((one) => one.removed)), body);
  return {
    manifest,
    digest,
    removed,
    commitsOf: (goal) => {
      const frame = frames.get(goal);
      if (frame === undefined) throw damaged(`pack ${manifest.pack} does not hold ${goal}`);
      return (
        frame &&
        zstdDecompressSync(frame)
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => ArchivedCommit.parse(JSON.parse(line)))
      );
    },
  };
}

/** The signed checkpoint of a pack: what proves outside of the installation which pack stood here. */
export const sealOf = (bytes: Uint8Array, key: Pick<SigningKey, 'publicKey'>): SignedCheckpoint => cut(bytes, [key.publicKey]).seal;

/** What does not fit between a checkpoint that was anchored outside and the archive; null where it fits. `digestOf`: of a pack's manifest. */
export function compareAnchor(anchored: unknown, trusted: readonly string[], digestOf: (pack: number) => string | null): { pack: number; what: string } | null {
  const found = verifyCheckpoint(anchored, 'archive', trusted, PackCheckpoint);
  if (!found.ok) return { pack: 0, what: `the anchored checkpoint was not signed by the key of this installation (${found.because})` };
  const { pack, manifest } = found.payload;
  const digest = digestOf(pack);
  if (digest === null) return { pack, what: 'it was anchored outside, and is not in the archive' };
  return digest === manifest ? null : { pack, what: `${manifest.slice(0, 12)} was anchored outside, and the archive holds ${digest.slice(0, 12)}` };
}

function framesOf(manifest: Manifest, gone: ReadonlySet<string>, body: Buffer): Map<string, Buffer | null> {
  const frames = new Map<string, Buffer | null>();
  let offset = 0;
  for (const { goal, length, digest } of manifest.goals) {
    if (gone.has(goal)) {
      frames.set(goal, null);
      continue;
    }
    const frame = body.subarray(offset, offset + length);
    if (sha256(frame) !== digest) throw damaged(`the commits of ${goal} in pack ${manifest.pack} have other bytes than were sealed`);
    frames.set(goal, frame);
    offset += length;
  }
  if (offset !== body.length) throw damaged(`pack ${manifest.pack} holds ${body.length - offset} bytes more than it says`);
  return frames;
}

/** The same pack without the commits of some goals: each removal signed, the manifest and so the chain of packs as they were. */
export function withoutGoals(bytes: Uint8Array, goals: readonly string[], why: { at: string; because: string }, key: SigningKey): Uint8Array {
  const { manifest, digest, signedRemovals, removed, framed, body } = cut(bytes, [key.publicKey]);
  const before = framesOf(manifest, new Set(removed.map((one) => one.removed)), body);
  const leaving = goals.filter((goal) => before.get(goal));
  const removals = leaving.map((goal) => signCheckpoint('archive', { removed: goal, pack: manifest.pack, manifest: digest, ...why }, key));
  const kept = manifest.goals.map(({ goal }) => (leaving.includes(goal) ? null : before.get(goal))).filter((frame): frame is Buffer => !!frame);
  return assemble(framed, [...signedRemovals, ...removals], kept);
}
