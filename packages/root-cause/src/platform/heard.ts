// What the logs say about objects of the platform: names that could not be resolved, last words of containers, whom the callers blame. Pure.
import { CALL_FAILED, causeInLog, REPORTS_ONLY } from '../log-causes.ts';
import type { LogBook } from '../logs/log-book.ts';
import { word } from './dig.ts';
import type { Resource } from './resource.ts';
import type { Workload, World } from './world.ts';

export type Heard = {
  by: Workload;
  message: string;
  times: number;
  cause: string | null;
  unresolved: string | null;
  isCall: boolean;
  /** Services that a line about a failed call names, by name or by address. */ about: Resource[];
};

const UNRESOLVED =
  /lookup ([a-z0-9][a-z0-9.-]*?)\.?(?: on [\d.:[\]]+)?:(?: read udp)?[^\n]{0,60}?no such host|(?:UnknownHostException|ENOTFOUND|getaddrinfo \w+|could not resolve(?: host)?|Name or service not known|NXDOMAIN|host not found in upstream)[: ]+['"]?([a-z0-9][a-z0-9.-]*)/i;
const bareName = (entity: string): string => entity.split(/[/:]/).findLast((part) => part !== '') ?? entity;

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Error lines of the incident that are new, by the workload that wrote them. */
export function heardOf(world: World, book: LogBook): Heard[] {
  const byName = new Map<string, Workload>();
  for (const w of world.workloads) for (const r of [...w.pods, w.resource]) for (const name of [r.name, r.entity]) byName.set(name, w);
  for (const s of world.of('Service')) {
    const [behind] = world.selected(s.selector, s.namespace);
    if (behind !== undefined && !byName.has(s.name)) byName.set(s.name, behind);
  }
  const named = world.of('Service').flatMap((service) => {
    const said = [service.name, word(service.spec, 'clusterIP')].filter((one) => one.length > 2 && one !== 'None');
    return said.length === 0 ? [] : [{ service, pattern: new RegExp(`(^|[^\\w.-])(${said.map(escaped).join('|')})($|[^\\w-])`) }];
  });
  return [...book.entries.values()].flatMap((e) => {
    const by = byName.get(e.entity) ?? byName.get(bareName(e.entity));
    if (by === undefined || REPORTS_ONLY.test(e.example) || e.window === 0 || e.window <= 2 * e.baseline) return [];
    const cause = causeInLog(e.example);
    if (!e.error && cause === null) return [];
    const found = UNRESOLVED.exec(e.example);
    const isCall = CALL_FAILED.test(e.example);
    const about = isCall
      ? named.flatMap(({ service, pattern }) => (pattern.test(e.example) && !world.selected(service.selector, service.namespace).includes(by) ? [service] : []))
      : [];
    return [{ by, message: e.example, times: e.window, cause, unresolved: found?.[1] ?? found?.[2] ?? null, isCall, about }];
  });
}
