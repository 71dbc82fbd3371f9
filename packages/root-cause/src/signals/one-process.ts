// One process of several that does worse than its siblings: same revision, same seconds, same surroundings. Pure.
import type { ProcessRow, Topology } from '@awo/contracts';
import { type Evidence, phaseOf, timeOf } from '../evidence.ts';
import type { Statement, Suspect } from '../suspect.ts';
import { number } from './anomaly.ts';
import { differenceOf, MOST } from './comparisons.ts';

type OneProcess = { entity: string; process: string; odds: number; says: string };

/** One that began a moment ago has nothing to be compared by. */
const SECONDS = 3;
/** Its siblings are well where they fail, or take, at most this part of it. */
const WELL = 0.3;
/** Less than this more, in milliseconds, hurts nobody. */
const FELT_MS = 50;
/** It gave no answer in so many of its last seconds. */
const STANDS = 2;
/** Answers of its siblings in them, so that it stands still and is not only busy with something long. */
const MEANWHILE = 10;
/** Requests of fewer may fail by chance, whatever the likelihoods say. */
const FEW = 5;
/** Below this it may be chance. */
const SURE = 1;

type Share = { process: string; seconds: number; requests: number; errors: number; medianMs: number; stands: boolean; rows: readonly ProcessRow[] };

/** By entity, where exactly one stands out. */
export function oneProcesses({ processes, frame }: Evidence): OneProcess[] {
  const inside = processes.filter((row) => phaseOf(frame, timeOf(row.t)) === 'window');
  return [...Map.groupBy(inside, (row) => `${row.entity}\n${row.revision ?? ''}`).values()].flatMap((rows) => oneOf(rows) ?? []);
}

function oneOf(rows: readonly ProcessRow[]): OneProcess | null {
  const last = Math.max(...rows.map((row) => timeOf(row.t) ?? 0));
  const shares = [...Map.groupBy(rows, (row) => row.process)]
    .filter(([, own]) => own.some((row) => timeOf(row.t) === last))
    .map(([process, own]) => shareOf(process, own))
    .filter((share) => share.seconds >= SECONDS);
  const found = shares
    .map((share) => {
      const others = shares.filter((other) => other !== share);
      return { share, told: others.length === 0 ? null : against(share, others) };
    })
    .flatMap(({ share, told }) => (told === null || told.odds < SURE ? [] : [{ share, ...told }]))
    .toSorted((a, b) => b.odds - a.odds);
  const [one] = found;
  const entity = rows[0]?.entity;
  return one === undefined || entity === undefined ? null : { entity, process: one.share.process, odds: one.odds, says: one.says };
}

function shareOf(process: string, rows: readonly ProcessRow[]): Share {
  const asked = rows.filter((row) => row.requests > 0);
  return {
    process,
    seconds: rows.length,
    requests: sum(rows, (row) => row.requests),
    errors: sum(rows, (row) => row.errors),
    // One second that something else has spoilt moves a mean, and no median.
    medianMs: median(asked.map((row) => row.ms / row.requests)),
    stands: lastOf(rows).every((row) => row.requests === 0 && row.waiting > 0),
    rows,
  };
}

/** Log odds that it differs from all others together, none of which is nearly as bad; the strongest of three ways to be bad. */
function against(one: Share, others: readonly Share[]): { odds: number; says: string } | null {
  const rest = { requests: sum(others, (o) => o.requests), errors: sum(others, (o) => o.errors), medianMs: median(others.map((o) => o.medianMs)) };
  const siblings = `of its ${others.length} ${others.length === 1 ? 'sibling' : 'siblings'} in the same seconds`;
  const lately = new Set(lastOf(one.rows).map((row) => row.t));
  const meanwhile = sum(
    others.flatMap((o) => o.rows),
    (row) => (lately.has(row.t) ? row.requests : 0),
  );
  if (one.stands && meanwhile >= MEANWHILE && others.every((o) => !o.stands))
    return { odds: MOST, says: `process ${one.process} gives no answer to what it has, ${siblings} ${meanwhile} requests were answered.` };
  const ratio = ({ errors, requests }: Pick<Share, 'errors' | 'requests'>): number => (requests === 0 ? 0 : errors / requests);
  if (one.requests < FEW || rest.requests < FEW) return null;
  const errors = others.every((o) => ratio(o) <= WELL * ratio(one))
    ? differenceOf('errors', { value: ratio(one), n: one.requests }, { value: ratio(rest), n: rest.requests })
    : 0;
  const slower = others.every((o) => o.requests > 0 && o.medianMs <= WELL * one.medianMs && one.medianMs - o.medianMs >= FELT_MS)
    ? differenceOf('latency', { value: one.medianMs, n: one.requests }, { value: rest.medianMs, n: rest.requests })
    : 0;
  if (errors <= 0 && slower <= 0) return null;
  return errors >= slower
    ? {
        odds: Math.min(MOST, errors),
        says: `${one.errors} of ${one.requests} requests failed at process ${one.process}, ${siblings} ${rest.errors} of ${rest.requests}.`,
      }
    : { odds: Math.min(MOST, slower), says: `process ${one.process} takes ${number(one.medianMs)} ms, ${siblings} it is ${number(rest.medianMs)} ms.` };
}

/** Siblings that are well acquit what all of them are and call: the program, what it was told, and its sources. */
export function withOneProcess(suspects: readonly Suspect[], found: readonly OneProcess[], { edges }: Topology): Suspect[] {
  return found.reduce<Suspect[]>(
    (all, { entity, process, odds, says }) => {
      const shared = new Set([entity, ...edges.filter((e) => e.from === entity).map((e) => e.to)]);
      const own = all.filter((s) => s.entity === entity);
      const statement: Statement = { evidence: `processes.jsonl: ${entity} ${process}`, says };
      const one: Suspect = {
        entity,
        cause: 'one-process',
        process,
        points: Math.max(0, ...own.map((s) => s.points)) + odds,
        for: [statement, ...own.flatMap((s) => s.for).slice(0, 5)],
        against: [],
        nextCheck: `Look at process ${process} of ${entity}: what it has that its siblings have not.`,
        repair: `Drain process ${process}: no new requests, and a fresh one in its place.`,
      };
      const others = all.map((s) =>
        shared.has(s.entity) ? { ...s, points: s.points - odds / 2, against: [...s.against, { ...statement, says: `Its siblings are well: ${says}` }] } : s,
      );
      return [...others, one];
    },
    [...suspects],
  );
}

const lastOf = (rows: readonly ProcessRow[]): ProcessRow[] => rows.toSorted((a, b) => (timeOf(a.t) ?? 0) - (timeOf(b.t) ?? 0)).slice(-STANDS);

const sum = <T>(of: readonly T[], value: (one: T) => number): number => of.reduce((total, one) => total + value(one), 0);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? 0 : ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.floor(sorted.length / 2)] ?? 0)) / 2;
}
