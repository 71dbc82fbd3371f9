// Entities by their logs: errors that are new or many times as many, and whom they name. Pure.
import { BAD_ANSWER, CALL_FAILED, causeInLog, REPORTS_ONLY } from '../log-causes.ts';
import { ASKED_WRONG, type LogBook, type LogEntry } from '../logs/log-book.ts';
import type { Statement } from '../suspect.ts';

export type LogView = {
  entity: string;
  /** 0 to 1 */ own: number;
  blamed: number;
  /** Share of its new errors that tell of failed calls to others. */ echo: number;
  /** The part of `echo` where an answer came and could not be used. */
  spoiled: number;
  firstAt: number | null;
  cause: string | null;
  for: Statement[];
};

/** `addresses` are entities by an address that logs may name in their place. */
export function logViews(book: LogBook, entities: readonly string[], addresses: ReadonlyMap<string, string> = new Map()): LogView[] {
  const views = new Map<string, LogView>();
  const view = (entity: string): LogView => {
    const known = views.get(entity) ?? { entity, own: 0, blamed: 0, echo: 0, spoiled: 0, firstAt: null, cause: null, for: [] };
    views.set(entity, known);
    return known;
  };
  const names = [
    ...namesOf(entities),
    ...[...addresses].map(([ip, entity]) => ({ entity, pattern: new RegExp(`(^|[^\\d.])${ip.replaceAll('.', '\\.')}($|[^\\d.])`) })),
  ];
  const compared = [...book.lines.values()].some((l) => l.baseline > 0);
  const newness = (e: LogEntry): number => {
    const all = book.lines.get(e.entity);
    // The window may be shorter than the time before it: rates are compared by the entity's own lines.
    const before = compared && all ? (e.baseline / Math.max(1, all.baseline)) * all.window : 0;
    if (e.window <= 1.5 * before + 1 && e.baseline > 0) return 0;
    // What was always there is new only where a share of all its lines, before and now, could hardly be so by chance (binomial, three deviations).
    const part = all ? all.window / Math.max(1, all.window + all.baseline) : 0;
    const both = e.window + e.baseline;
    if (compared && e.baseline > 0 && e.window - both * part < 3 * Math.sqrt(both * part * (1 - part))) return 0;
    // One or two lines that never came before are chance, unless they name a cause.
    return compared && e.window - before <= 2 * Math.sqrt(before + 1) && causeInLog(e.example) === null ? 0 : Math.max(0, e.window - before);
  };
  const rows = [...book.entries.values()].filter((e) => e.window > 0 && !REPORTS_ONLY.test(e.example)).map((e) => ({ e, fresh: newness(e) }));
  const errors = rows.filter(({ e, fresh }) => e.error && fresh > 0);
  const weights = new Map<string, number>();
  /** By who names: whom, with what weight. */
  const passed = new Map<string, Map<string, number>>();
  const total = errors.reduce((sum, { fresh }) => sum + Math.log1p(fresh), 0);
  for (const { e, fresh } of errors.toSorted((a, b) => b.fresh - a.fresh).slice(0, 300)) {
    // Of a complaint that was always there only what was added counts.
    const weight = (Math.log1p(fresh) / Math.max(total, 1)) * (fresh / e.window);
    const others = names.filter((n) => !sameThing(n.entity, e.entity) && n.pattern.test(e.example)).map((n) => n.entity);
    const isCall = CALL_FAILED.test(e.example) || BAD_ANSWER.test(e.example);
    const cause = causeInLog(e.example);
    const own = view(e.entity);
    const says = `${e.window} times "${e.example.slice(0, 180)}" (${e.baseline} before).`;
    own.own += weight * (isCall && others.length > 0 ? 0.25 : isCall ? 0.6 : 1) * (cause === null || isCall ? 1 : 1.3);
    if (cause !== null && own.cause === null && !(isCall && others.length > 0)) own.cause = cause;
    weights.set(e.entity, (weights.get(e.entity) ?? 0) + weight);
    if (isCall && others.length > 0) own.echo += weight;
    if (others.length > 0 && BAD_ANSWER.test(e.example)) own.spoiled += weight;
    if (e.firstAt !== null && (own.firstAt === null || e.firstAt < own.firstAt)) own.firstAt = e.firstAt;
    if (own.for.length < 3) own.for.push({ evidence: `logs.jsonl: ${e.entity}`, says });
    if (isCall)
      for (const other of others.slice(0, 3)) {
        const blamed = view(other);
        blamed.blamed += weight / others.length;
        const named = passed.get(e.entity) ?? new Map<string, number>();
        passed.set(e.entity, named.set(other, (named.get(other) ?? 0) + weight / others.length));
        if (blamed.for.length < 3) blamed.for.push({ evidence: `logs.jsonl: ${e.entity}`, says: `${e.entity} names it: ${says}` });
      }
  }
  for (const v of views.values()) {
    v.echo /= Math.max(weights.get(v.entity) ?? 0, 1e-9);
    v.spoiled /= Math.max(weights.get(v.entity) ?? 0, 1e-9);
  }
  passOn(views, passed);
  for (const [entity, lines] of book.lines) {
    if (lines.window > 0 || lines.baseline < 20) continue;
    const silent = view(entity);
    silent.own += 0.4;
    silent.for.push({ evidence: `logs.jsonl: ${entity}`, says: `It wrote ${lines.baseline} lines before and none in the incident.` });
  }
  return [...views.values()];
}

/** Who says, or is said to say, that it was asked wrong, far more often than before: the fault is in who asks. */
export function askedWrong(book: LogBook, entities: readonly string[]): Set<string> {
  const fresh = [...book.entries.values()].filter((e) => e.window > 3 + 3 * e.baseline && ASKED_WRONG.test(e.example));
  const names = fresh.length === 0 ? [] : namesOf(entities);
  return new Set(
    fresh.flatMap((e) => {
      const others = names.filter((n) => !sameThing(n.entity, e.entity) && n.pattern.test(e.example)).map((n) => n.entity);
      return others.length > 0 ? others : [e.entity];
    }),
  );
}

/** Of those who are named and name others in turn the blame goes on to these; rounds are as many as calls are deep. */
function passOn(views: ReadonlyMap<string, LogView>, passed: ReadonlyMap<string, ReadonlyMap<string, number>>): void {
  const direct = new Map([...views].map(([entity, v]) => [entity, v.blamed]));
  let blamed = direct;
  for (let round = 0; round < DEEP; round += 1) {
    const next = new Map(direct);
    for (const [from, named] of passed) {
      const all = [...named.values()].reduce((a, b) => a + b, 0);
      for (const [to, weight] of named)
        next.set(to, (next.get(to) ?? 0) + (ECHOED * Math.min(1, views.get(from)?.echo ?? 0) * (blamed.get(from) ?? 0) * weight) / Math.max(all, 1e-9));
    }
    blamed = next;
  }
  for (const [entity, v] of views) v.blamed = Math.min(1, blamed.get(entity) ?? 0);
}
const DEEP = 4;
/** Part of the blame of one whose errors are all echoes that is not its own. */
export const ECHOED = 0.7;

const namesOf = (entities: readonly string[]): { entity: string; pattern: RegExp }[] =>
  entities.flatMap((entity) => {
    const name = shortName(entity);
    return name.length < 3
      ? []
      : [{ entity, pattern: new RegExp(`(^|[^a-z0-9-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}($|[^a-z0-9-]|-[a-z0-9]{8,10}-)`, 'i') }];
  });
const shortName = (entity: string): string => entity.split(/[/:]/).findLast((p) => p !== '') ?? entity;
const sameThing = (a: string, b: string): boolean =>
  shortName(a) === shortName(b) || shortName(b).startsWith(`${shortName(a)}-`) || shortName(a).startsWith(`${shortName(b)}-`);
