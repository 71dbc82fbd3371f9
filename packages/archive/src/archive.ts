// The archive as one thing: packs are added at its end, each admitted only after it was read back and found whole.
import { rememberArchived } from '@awo/bus';
import type { Connection, SigningKey } from '@awo/bus';
import { verifyChain } from '@awo/goal';
import { openCatalog } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import type { ArchivedCommit } from './manifest.ts';
import { damaged, missing } from './damage.ts';
import { decodePack, encodePack, sha256 } from './pack.ts';
import type { Pack, PackContent } from './pack.ts';
import type { ArchiveStore } from './store.ts';
import { raiseTail, readTail } from './tail.ts';

export type ArchiveOptions = {
  connection: Connection;
  store: ArchiveStore;
  key: SigningKey;
  /** The file of the index; `:memory:` for one that is rebuilt at every start. */
  catalogFile: string;
  now: () => Date;
};

export type Sealed = { pack: number; goals: number; bytes: number; manifest: string };

export type Archive = {
  store: ArchiveStore;
  catalog: Catalog;
  key: SigningKey;
  /** Takes in what others, or an earlier life, have written. Throws TerminalError `archive-damaged`. */
  catchUp: () => Promise<Sealed[]>;
  /** Null: somebody else's pack was first, and is taken in instead. What is returned has been read back and compared. */
  seal: (contents: readonly (PackContent & { frame: Buffer })[]) => Promise<Sealed | null>;
  /** Null: there is no such goal. `commits` null: retention took them. */
  read: (goal: string) => Promise<{ pack: number; commits: ArchivedCommit[] | null } | null>;
  pack: (number: number) => Promise<{ pack: Pack; bytes: Uint8Array }>;
  /** Reads the next pack from the store, not from memory. */
  forget: () => void;
  /** Throws away the index and reads every pack again. */
  rebuild: () => Promise<void>;
  close: () => void;
};

export const nameOfPack = (pack: number): string => `packs/${String(pack).padStart(12, '0')}`;

export function openArchive({ connection, store, key, catalogFile, now }: ArchiveOptions): Archive {
  const catalog = openCatalog(catalogFile);
  /** The pack that was read last: whoever reads one goal of it usually reads another. */
  let recent: { number: number; pack: Pack; bytes: Uint8Array } | undefined;
  const trusted = [key.publicKey];

  const read = async (number: number): Promise<{ pack: Pack; bytes: Uint8Array } | null> => {
    if (recent?.number === number) return recent;
    const bytes = await store.read(nameOfPack(number));
    if (!bytes) return null;
    recent = { number, pack: decodePack(bytes, trusted), bytes };
    return recent;
  };
  const known = async (number: number) => {
    const found = await read(number);
    if (!found) throw missing(number, store.place);
    return found;
  };
  const admit = async ({ pack, bytes }: { pack: Pack; bytes: Uint8Array }): Promise<Sealed> => {
    const last = catalog.last();
    const { manifest } = pack;
    if (manifest.pack !== last.pack + 1 || manifest.prev !== last.manifest)
      throw damaged(
        `pack ${last.pack + 1} does not follow the one before: it says ${manifest.pack} after ${manifest.prev.slice(0, 12)}, expected after ${last.manifest.slice(0, 12)}`,
      );
    // The ids first: between here and the index a kill costs a second look, the other way round it would cost the memory of these goals.
    await rememberArchived(
      connection,
      manifest.goals.map(({ goal }) => goal),
    );
    await raiseTail(connection, { pack: manifest.pack, manifest: pack.digest });
    catalog.add(pack, bytes.length);
    return { pack: manifest.pack, goals: manifest.goals.length, bytes: bytes.length, manifest: pack.digest };
  };
  const catchUp = async (): Promise<Sealed[]> => {
    const admitted: Sealed[] = [];
    const tail = (await readTail(connection))?.pack ?? 0;
    for (;;) {
      const number = catalog.last().pack + 1;
      recent = undefined;
      const found = await read(number);
      if (!found) break;
      // What was admitted once is held by its signature; what nobody has admitted yet is looked at as if it were new.
      if (number > tail) verifyPack(found.pack);
      admitted.push(await admit(found));
    }
    if (tail > catalog.last().pack) throw missing(catalog.last().pack + 1, `${store.place}, although pack ${tail} has been written`);
    return admitted;
  };

  return {
    store,
    catalog,
    key,
    catchUp,
    seal: async (contents) => {
      const last = catalog.last();
      const pack = last.pack + 1;
      const bytes = encodePack({ pack, prev: last.manifest, at: now().toISOString() }, contents, key);
      if (!(await store.create(nameOfPack(pack), bytes))) {
        await catchUp();
        return null;
      }
      recent = undefined;
      const back = await known(pack);
      if (Buffer.compare(back.bytes, bytes) !== 0) throw damaged(`pack ${pack} was read back from ${store.place} with other bytes than were written`);
      for (const { goal, commits } of contents) compareCommits(pack, goal.goal, commits, back.pack.commitsOf(goal.goal));
      return admit(back);
    },
    read: async (goal) => {
      const found = catalog.get(goal);
      if (!found) return null;
      const { pack } = await known(found.pack);
      return { pack: found.pack, commits: pack.commitsOf(goal) };
    },
    pack: known,
    forget: () => void (recent = undefined),
    rebuild: async () => {
      recent = undefined;
      catalog.clear();
      await catchUp();
    },
    close: () => catalog.close(),
  };
}

/** Chain and fold of every goal, as `awo log --verify` checks them; the last hash is the manifest's. Throws TerminalError `archive-damaged`. Gives the number of commits. */
export function verifyPack(pack: Pack): number {
  let count = 0;
  for (const about of pack.manifest.goals) {
    const commits = pack.commitsOf(about.goal);
    if (!commits) continue;
    const place = `${about.goal} in pack ${pack.manifest.pack}`;
    const chain = verifyChain(commits.map(({ seq, subject, commit }) => ({ seq, subject, bytes: new TextEncoder().encode(commit) })));
    if (!chain.ok) throw damaged(`${place}: commit ${chain.problem.index + 1}, ${chain.problem.what}: ${chain.problem.detail}`);
    if (commits.length !== about.commits || sha256(commits.at(-1)?.commit ?? '') !== about.head)
      throw damaged(`${place} ends with another commit than the manifest says`);
    count += commits.length;
  }
  return count;
}

function compareCommits(pack: number, goal: string, written: readonly ArchivedCommit[], back: readonly ArchivedCommit[] | null): void {
  const same =
    back?.length === written.length &&
    back.every((one, n) => one.seq === written[n]?.seq && one.subject === written[n].subject && one.commit === written[n].commit);
  if (!same) throw damaged(`${goal} came back from pack ${pack} with other commits than were sealed`);
}
