// Counts of log templates per entity, in the incident and before it. Fed row by row, so that its size does not grow with the log. Pure.
import type { LogRow } from '@awo/contracts';
import { phaseOf, timeOf, type Frame } from '../evidence.ts';
import { TemplateMiner } from './templates.ts';

export type LogEntry = { entity: string; template: number; error: boolean; window: number; baseline: number; firstAt: number | null; example: string };
export type EntityLines = { window: number; baseline: number };

const SEVERE = /^(err|error|fatal|crit|critical|severe|alert|emerg|panic)/i;
const MILD = /^(info|debug|trace|notice)/i;
const SAYS_ERROR =
  /\b(errors?|exception|fail(ed|ure|s)?|fatal|panic|refused|timed? ?out|timeout|denied|unavailable|unreachable|traceback|oom|killed|5\d\d (internal|bad|service|gateway))\b|Exception\b|Error\b/i;
/** What a caller did wrong: a service that warns of it does its work. */
export const ASKED_WRONG = /\bvalidation\b|\bbad request\b|\b4(00|04|09|22)\b|\binvalid (input|request|quantity|parameter|argument|field)/i;
const ENTRIES = 20_000;

/** By its level; where that says nothing, by its words. */
const isErrorLine = (level: string | null | undefined, message: string): boolean =>
  SEVERE.test(level ?? '') ||
  (!MILD.test(level ?? '') && SAYS_ERROR.test(message) && !(/^warn/i.test(level ?? '') && ASKED_WRONG.test(message))) ||
  (MILD.test(level ?? '') && /\b[A-Z]\w+(Exception|Error)\b|\bFATAL\b|\bERROR\b/.test(message));

export class LogBook {
  readonly entries = new Map<string, LogEntry>();
  readonly lines = new Map<string, EntityLines>();
  readonly #miner = new TemplateMiner();
  readonly #frame: Frame;
  uncounted = 0;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** The same counts under other names; what gets the same name is added up. */
  renamed(nameOf: (entity: string) => string): LogBook {
    const book = new LogBook(this.#frame);
    book.uncounted = this.uncounted;
    for (const [name, { window, baseline }] of this.lines) {
      const total = book.lines.get(nameOf(name)) ?? { window: 0, baseline: 0 };
      book.lines.set(nameOf(name), { window: total.window + window, baseline: total.baseline + baseline });
    }
    for (const one of this.entries.values()) {
      const entity = nameOf(one.entity);
      const key = `${one.template} ${entity}`;
      const known = book.entries.get(key);
      const times = [known?.firstAt ?? null, one.firstAt].filter((t) => t !== null);
      const sum = { window: (known?.window ?? 0) + one.window, baseline: (known?.baseline ?? 0) + one.baseline };
      book.entries.set(key, { ...one, entity, ...sum, error: one.error || known?.error === true, firstAt: times.length === 0 ? null : Math.min(...times) });
    }
    return book;
  }

  add(row: LogRow): void {
    const t = timeOf(row.t ?? null);
    const phase = phaseOf(this.#frame, t);
    if (phase === 'outside') return;
    const total = this.lines.get(row.entity) ?? { window: 0, baseline: 0 };
    total[phase] += 1;
    this.lines.set(row.entity, total);
    const template = this.#miner.add(row.message);
    const key = template === null ? null : `${template.id} ${row.entity}`;
    let entry = key === null ? undefined : this.entries.get(key);
    if (entry === undefined) {
      if (template === null || key === null || this.entries.size >= ENTRIES) {
        this.uncounted += 1;
        return;
      }
      entry = { entity: row.entity, template: template.id, error: false, window: 0, baseline: 0, firstAt: null, example: row.message.slice(0, 400) };
      this.entries.set(key, entry);
    }
    entry[phase] += 1;
    if (phase === 'window') {
      if (entry.window === 1) entry.example = row.message.slice(0, 400);
      if (t !== null && (entry.firstAt === null || t < entry.firstAt)) entry.firstAt = t;
    }
    entry.error ||= isErrorLine(row.level, row.message);
  }
}
