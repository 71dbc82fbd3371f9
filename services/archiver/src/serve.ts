// Answers what is asked on `awo.archive.<verb>`: finding, reading, checking, holding.
import { TerminalError } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { ARCHIVE_VERBS, archiveSubject, compareAnchor, verifyPack } from '@awo/archive';
import type { Archive, ArchivePolicy, ArchiveReply, ArchiveVerb, Gives, Holds } from '@awo/archive';
import type { Logger } from '@awo/telemetry';
import { z } from 'zod';
import { lastAnchored } from './anchor.ts';
import type { LogView } from './log-view.ts';

/** Well under the bus's largest message, which is 1 MiB. One commit is at most 128 KiB. */
const PIECE_BYTES = 400_000;

export type ServeOptions = {
  bus: Bus;
  archive: Archive;
  holds: Holds;
  policy: ArchivePolicy;
  view: () => LogView;
  now: () => Date;
  log: Logger;
  purged: () => number;
  /** What changes the archive waits for the round that is on its way. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
};

type Answers = { [V in ArchiveVerb]: (request: z.output<(typeof ARCHIVE_VERBS)[V]['takes']>) => Promise<Gives<V>> };

/** Gives what stops it. */
export function serveArchive(options: ServeOptions): () => void {
  const answers = answersOf(options);
  const sub = options.bus.nc.subscribe(archiveSubject('*'), {
    queue: 'archiver',
    callback: (error, message) => {
      if (error) return;
      const verb = message.subject.split('.')[2] ?? '';
      void reply(answers, verb, message.data, options.log).then((answer) => message.respond(JSON.stringify(answer)));
    },
  });
  return () => sub.unsubscribe();
}

async function reply(answers: Answers, verb: string, data: Uint8Array, log: Logger): Promise<ArchiveReply> {
  try {
    if (!(verb in ARCHIVE_VERBS)) throw new TerminalError('bad-arguments', `The archive has no "${verb}". It knows: ${Object.keys(ARCHIVE_VERBS).join(', ')}.`);
    const known = verb as ArchiveVerb;
    const request = ARCHIVE_VERBS[known].takes.safeParse(JSON.parse(new TextDecoder().decode(data)));
    if (!request.success) throw new TerminalError('bad-arguments', z.prettifyError(request.error));
    return { ok: true, value: await (answers[known] as (request: unknown) => Promise<unknown>)(request.data) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (!(error instanceof TerminalError)) log.error({ err: error, verb }, 'a request to the archive failed');
    const { code, hint } = error instanceof TerminalError ? error : { code: 'internal', hint: undefined };
    return { ok: false, code, message: said, ...(hint ? { hint } : {}) };
  }
}

function answersOf({ bus, archive, holds, policy, view, now, purged, alone }: ServeOptions): Answers {
  const mustExist = async (goal: string) => {
    if (archive.catalog.get(goal) || (await bus.currentCommit(goal))) return;
    throw new TerminalError(
      'bad-arguments',
      `There is no goal ${goal}, neither in the log nor in the archive.`,
      'Goals are listed by: awo ps, awo archive find',
    );
  };
  return {
    find: async (filter) => ({ goals: archive.catalog.find(filter) }),
    read: async ({ goal, from }) => {
      const found = archive.catalog.get(goal);
      const commits = found && !found.removed ? (await archive.read(goal))?.commits : undefined;
      if (!commits) return { found, commits: [], next: null };
      let to = from;
      for (let bytes = 0; to < commits.length && (to === from || bytes + (commits[to]?.commit.length ?? 0) < PIECE_BYTES); to++)
        bytes += commits[to]?.commit.length ?? 0;
      return { found, commits: commits.slice(from, to), next: to < commits.length ? to : null };
    },
    status: async () => ({
      place: archive.store.place,
      ...archive.catalog.packs(),
      last: archive.catalog.last(),
      graceS: policy.grace_s,
      anchored: await lastAnchored(bus),
      holds: await holds.all(),
      kept: [...view().goals.values()].flatMap(({ goal, kept }) => (kept === undefined ? [] : [{ goal, because: kept }])),
      purged: { goals: purged() },
    }),
    verify: ({ anchors = [] }) => alone(() => verifyAll(archive, anchors)),
    rebuild: () =>
      alone(async () => {
        await archive.rebuild();
        const { packs, goals } = archive.catalog.packs();
        return { packs, goals };
      }),
    hold: async ({ goal, because, who }) => {
      await mustExist(goal);
      const hold = { goal, because, who, at: now().toISOString() };
      await holds.hold(hold);
      return { hold };
    },
    release: async ({ goal, because, who }) => ({ released: await holds.release({ goal, because, who, at: now().toISOString() }) }),
  };
}

/** Every pack as it lies in the store: signature, place in the chain, digests, and each goal's own chain and fold. */
async function verifyAll(archive: Archive, anchors: readonly unknown[]): Promise<Gives<'verify'>> {
  const found: Gives<'verify'> = { packs: 0, goals: 0, commits: 0, removed: 0, problems: [] };
  const last = archive.catalog.last();
  const digests = new Map<number, string>();
  let prev: string | undefined;
  for (let number = 1; number <= last.pack; number++) {
    archive.forget();
    try {
      const { pack } = await archive.pack(number);
      const { manifest } = pack;
      if (manifest.pack !== number) throw new Error(`it says that it is pack ${manifest.pack}`);
      if (prev !== undefined && manifest.prev !== prev) throw new Error('it does not follow the pack before it');
      prev = pack.digest;
      digests.set(number, pack.digest);
      found.commits += verifyPack(pack);
      found.packs++;
      found.goals += manifest.goals.length;
      found.removed += pack.removed.length;
      if (number === last.pack && pack.digest !== last.manifest) throw new Error('the index holds another last pack');
    } catch (error) {
      prev = undefined;
      found.problems.push({ pack: number, what: error instanceof Error ? error.message : String(error) });
    }
  }
  for (const anchored of anchors) {
    const problem = compareAnchor(anchored, [archive.key.publicKey], (pack) => digests.get(pack) ?? null);
    if (problem) found.problems.push(problem);
  }
  return found;
}
