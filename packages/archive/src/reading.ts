// Reading archived goals as if they stood in the log: what the command line wraps its bus with. Loads nothing that seals.
import { isArchived, parseHead } from '@awo/bus';
import type { Bus, LogHead } from '@awo/bus';
import { FIRST_PREV, RetryableError, TerminalError } from '@awo/contracts';
import { NoRespondersError, RequestError } from '@nats-io/transport-node';
import { headers } from '@nats-io/transport-node';
import type { ArchivedCommit } from './manifest.ts';
import { ARCHIVE_VERBS, ArchiveReply, archiveSubject } from './requests.ts';
import type { ArchiveVerb, FoundGoal, Gives, Takes } from './requests.ts';

export { ArchiveFilter } from './requests.ts';
export type { ArchiveCheck, ArchiveStatus, FoundGoal, Hold } from './requests.ts';

const TIMEOUT_MS = 10_000;

/** Throws RetryableError `archive-unavailable` when no archiver answers, TerminalError with the archiver's own code when it refuses. */
export async function askArchive<V extends ArchiveVerb>(bus: Bus, verb: V, request: Takes<V>, timeoutMs = TIMEOUT_MS): Promise<Gives<V>> {
  const message = await bus.nc.request(archiveSubject(verb), JSON.stringify(request), { timeout: timeoutMs }).catch((error: unknown) => {
    const nobody = error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
    throw new RetryableError('archive-unavailable', nobody ? 'No archiver runs that could be asked.' : `The archiver did not answer: ${String(error)}.`);
  });
  const reply = ArchiveReply.parse(message.json());
  if (!reply.ok) throw refusal(reply.code, reply.message, reply.hint);
  return ARCHIVE_VERBS[verb].gives.parse(reply.value) as Gives<V>;
}

const CODES = ['archive-damaged', 'archive-unavailable', 'bad-arguments', 'internal'] as const;
const refusal = (code: string, message: string, hint: string | undefined) =>
  new TerminalError(CODES.find((known) => known === code) ?? 'internal', message, hint);

/** Throws TerminalError `bad-arguments` where retention has taken its commits, RetryableError `archive-unavailable` while the index does not know it. */
async function archivedLog(bus: Bus, goal: string): Promise<ArchivedCommit[]> {
  const commits: ArchivedCommit[] = [];
  for (let from: number | null = 0; from !== null;) {
    const piece: Gives<'read'> = await askArchive(bus, 'read', { goal, from });
    if (!piece.found) throw new RetryableError('archive-unavailable', `${goal} was archived, and the index does not know it (yet): see awo archive rebuild.`);
    if (piece.found.removed) throw removed(piece.found);
    commits.push(...piece.commits);
    from = piece.next;
  }
  return commits;
}

const removed = ({ goal, outcome, endedAt }: FoundGoal) =>
  new TerminalError(
    'bad-arguments',
    `The log of ${goal} was removed at the end of its retention.`,
    `What is left: it ended ${endedAt} as ${outcome}. See: awo archive find --goal ${goal}`,
  );

/** The same bus, which also knows the goals that left the log. Only reading differs: writing meets the guard of the log as ever. */
export function withArchive(bus: Bus): Bus {
  const fromArchive = async (goal: string): Promise<ArchivedCommit[] | null> => ((await isArchived(bus, goal)) ? archivedLog(bus, goal) : null);
  const history: Bus['history'] = async function* (goal, fromSeq = 1) {
    let first = true;
    for await (const entry of bus.history(goal, fromSeq)) {
      // The log is being cut off from below: what is left is not the whole.
      if (first && fromSeq <= 1 && entry.commit.prev !== FIRST_PREV && (await isArchived(bus, goal))) break;
      first = false;
      yield entry;
    }
    if (!first || fromSeq > 1) return;
    for (const one of (await fromArchive(goal)) ?? []) yield { ...headOf(one), bytes: new TextEncoder().encode(one.commit) };
  };
  return {
    ...bus,
    history,
    lastCommit: async (goal, known) => {
      const head = await bus.lastCommit(goal, known);
      if (head) return head;
      const last = (await fromArchive(goal))?.at(-1);
      return last ? headOf(last) : null;
    },
    follow: async function* (options) {
      if (options.goal && !(await bus.lastCommit(options.goal))) {
        const commits = await fromArchive(options.goal);
        // Nothing will come after it.
        if (commits) return yield* commits.filter((one) => one.seq >= (options.fromSeq ?? 1)).map(headOf);
      }
      yield* bus.follow(options);
    },
  };
}

function headOf({ seq, subject, traceparent, commit }: ArchivedCommit): LogHead {
  const header = headers();
  if (traceparent) header.set('traceparent', traceparent);
  return parseHead({ seq, subject, data: new TextEncoder().encode(commit), header });
}
