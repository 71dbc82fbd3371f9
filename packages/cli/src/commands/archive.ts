// awo archive: where finished goals are, finding them, checking them, legal holds.
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { ArchiveFilter, askArchive } from '@awo/archive/reading';
import type { ArchiveCheck, ArchiveStatus, FoundGoal } from '@awo/archive/reading';
import { SignedCheckpoint } from '@awo/bus';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { didYouMean } from '../nearest.ts';
import { table } from '../output/columns.ts';
import { print } from '../output/print.ts';
import { age, count, short } from '../output/quantities.ts';
import { mark } from '../output/style.ts';
import { withSession } from '../session.ts';
import { goalTitle, outcomeWords } from '../story/words.ts';

const VERBS = ['find', 'verify', 'rebuild', 'hold', 'release'];
/** Every pack is read and every hash computed anew. */
const LONG_MS = 3_600_000;
const MEBIBYTE = 2 ** 20;

export type FindOptions = {
  service?: string;
  env?: string;
  outcome?: string;
  kind?: string;
  since?: string;
  until?: string;
  commit?: string;
  goal?: string;
  limit?: string;
};

/** `word` is what stood where a verb belongs. */
export function archiveStatus(context: CliContext, word: string | undefined): Promise<ExitCode> {
  if (word !== undefined) throw new UsageError(`"${word}" is nothing that awo archive does.`, didYouMean(word, VERBS));
  return withSession(context, async ({ bus }) => {
    const status = await askArchive(bus, 'status', {});
    await print(context.terminal, context.format, status, () => statusLines(status));
    return EXIT.reached;
  });
}

function statusLines(status: ArchiveStatus): string[] {
  const now = Date.now();
  return [
    `${count(status.goals)} goals in ${count(status.packs)} packs, ${(status.bytes / MEBIBYTE).toFixed(1)} MiB, in ${status.place}`,
    `A goal is sealed ${status.graceS} s after its end. Last pack: ${status.last.pack}, ${status.last.manifest.slice(0, 12)}`,
    ...(status.anchored ? [`Anchored outside: pack ${status.anchored.pack}, ${age(status.anchored.at, now)} ago`] : []),
    ...status.holds.map((hold) => `on hold: ${hold.goal} for ${age(hold.at, now)}, by ${hold.who}: ${hold.because}`),
    ...status.kept.map((one) => `not sealed: ${one.goal}: ${one.because}`),
  ];
}

export function archiveFind(context: CliContext, options: FindOptions): Promise<ExitCode> {
  const now = Date.now();
  const wanted = ArchiveFilter.safeParse({
    service: options.service,
    environment: options.env,
    outcome: options.outcome,
    kind: options.kind,
    since: options.since && momentOf(options.since, now),
    until: options.until && momentOf(options.until, now),
    revision: options.commit,
    goal: options.goal,
    ...(options.limit === undefined ? {} : { limit: Number(options.limit) }),
  });
  if (!wanted.success) {
    const [issue] = wanted.error.issues;
    throw new UsageError(`--${issue?.path.join('.') ?? 'option'}: ${issue?.message ?? 'does not fit'}.`, 'awo archive find --help');
  }
  return withSession(context, async ({ bus }) => {
    const { goals } = await askArchive(bus, 'find', wanted.data);
    await print(context.terminal, context.format, { goals }, (wide) => foundLines(goals, wide));
    return EXIT.reached;
  });
}

function foundLines(goals: readonly FoundGoal[], wide: boolean): string[] {
  if (goals.length === 0) return ['No archived goal fits.'];
  const now = Date.now();
  const columns = [{ head: 'GOAL' }, { head: 'ENDED' }, { head: 'WHAT' }, { head: 'OUTCOME' }, { head: 'COMMITS', align: 'right' as const }, { head: '' }];
  const rows = goals.map((g) => [
    g.goal,
    `${age(g.endedAt, now)} ago`,
    goalTitle(g.spec),
    wide ? `${outcomeWords(g.outcome)}: ${g.because}` : outcomeWords(g.outcome),
    String(g.commits),
    [g.removed ? 'log removed' : '', ...(wide ? [g.services.join(','), g.revisions.map(short).join(','), `pack ${g.pack}`] : [])].filter(Boolean).join('  '),
  ]);
  return table(columns, rows);
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `7d` before `now`, or a date. Throws UsageError. */
function momentOf(text: string, now: number): string {
  const [, amount, unit] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  const ms = amount && unit ? now - Number(amount) * (UNITS[unit] ?? 0) : Date.parse(text);
  if (Number.isNaN(ms)) throw new UsageError(`"${text}" is no time.`, 'Such as 30m, 12h, 7d, 4w, 2026-05-04 or 2026-05-04T10:00:00Z.');
  return new Date(ms).toISOString();
}

export async function archiveVerify(context: CliContext, { anchor }: { anchor?: string }): Promise<ExitCode> {
  const anchors = anchor === undefined ? [] : await readAnchors(anchor);
  return withSession(context, async ({ bus }) => {
    const found: ArchiveCheck = await askArchive(bus, 'verify', { anchors }, LONG_MS);
    const ok = found.problems.length === 0;
    await print(context.terminal, context.format, { ok, ...found }, () => [
      ...found.problems.map(({ pack, what }) => `${mark(context.terminal.style, 'failed')} pack ${pack}: ${what}`),
      ...(ok
        ? [
            `${mark(context.terminal.style, 'passed')} ${count(found.packs)} packs, ${count(found.goals)} goals, ${count(found.commits)} commits: every signature, link, digest, hash chain and fold fits.`,
          ]
        : []),
      ...(found.removed > 0 ? [`${count(found.removed)} goals have no commits any more: each removal is signed.`] : []),
    ]);
    return ok ? EXIT.reached : EXIT.endedOtherwise;
  });
}

/** Throws UsageError where a line is no checkpoint. */
async function readAnchors(file: string): Promise<SignedCheckpoint[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, n) => {
    try {
      return SignedCheckpoint.parse(JSON.parse(line));
    } catch {
      throw new UsageError(`${file}:${n + 1} is no signed checkpoint.`, 'One JSON document per line, as the archiver gave it to the tool.');
    }
  });
}

export const archiveRebuild = (context: CliContext): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const built = await askArchive(bus, 'rebuild', {}, LONG_MS);
    await print(context.terminal, context.format, built, () => [`The index was built anew: ${count(built.goals)} goals from ${count(built.packs)} packs.`]);
    return EXIT.reached;
  });

export type HoldOptions = { because: string };

/** Legal hold: neither sealed nor removed until it is released. `release` ends it. Both are recorded. */
export const archiveHold = (context: CliContext, wanted: string, { because }: HoldOptions, verb: 'hold' | 'release'): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const goal = await findGoal(bus, wanted);
    const who = context.env['AWO_WHO'] ?? userInfo().username;
    if (verb === 'hold') {
      const { hold } = await askArchive(bus, 'hold', { goal, because, who });
      await print(context.terminal, context.format, hold, () => [
        `${goal} is on hold: its log is kept as it is until: awo archive release ${goal} --because …`,
      ]);
      return EXIT.reached;
    }
    const { released } = await askArchive(bus, 'release', { goal, because, who });
    await print(context.terminal, context.format, { goal, released }, () => [released ? `${goal} is no longer on hold.` : `${goal} was not on hold.`]);
    return EXIT.reached;
  });
