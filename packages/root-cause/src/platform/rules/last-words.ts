// What the logs of a workload say of itself, or have been told by the one that it calls. Pure.
import { causeInLog, isSaidByCallee } from '../../log-causes.ts';
import { containersOf, isHurt, statesOf } from '../containers.ts';
import { word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Heard } from '../heard.ts';
import { callsByEnvironment, settingsOf } from './environment.ts';
import { REFUSED_TO_ACCOUNT } from './rbac.ts';
import type { Workload, World } from '../world.ts';

export const lastWordRules = (world: World): Finding[] => [...ofItself(world), ...ofTheCalled(world)];

/** Causes that a workload says of itself while it is restarting or not ready. */
const ofItself = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    if (isHurt(w) !== true && statesOf(w).every((s) => s.restarts < 3)) return [];
    const said = [
      ...world.heard
        .filter((h) => h.by === w && h.cause !== null && h.cause !== 'dns-resolution-failure')
        .map((h) => ({ cause: h.cause ?? '', message: h.message })),
      ...statesOf(w).flatMap((s) => {
        const cause = s.message === '' ? null : causeInLog(s.message);
        return cause === null || cause === 'dns-resolution-failure' || cause === 'configuration' ? [] : [{ cause, message: s.message }];
      }),
    ].filter((s) => (!isSaidByCallee(s.cause, s.message) || isStore(w)) && !REFUSED_TO_ACCOUNT.test(s.message));
    const seen = new Set<string>();
    return said.flatMap(({ cause, message }) => {
      if (seen.has(cause)) return [];
      seen.add(cause);
      // An exception alone may be the echo of another's failure; a cause that it names is not.
      return [
        finding(w.resource, cause, cause === 'application-error' ? 'symptom' : 'seen', `It says "${message}".`, 'Correct what it complains of.', {
          where: `logs.jsonl: ${w.resource.entity}`,
        }),
      ];
    });
  });

/** What only the called one can know, and what all of its callers say at once, is the called one's. */
function ofTheCalled(world: World): Finding[] {
  const calls = callsByEnvironment(world);
  const clients: Finding[] = [];
  const told = new Map<string, { target: Workload; cause: string; heard: Heard[] }>();
  for (const h of world.heard) {
    if (h.cause === null || isStore(h.by) || !(isSaidByCallee(h.cause, h.message) || h.cause === 'credentials-mismatch')) continue;
    const callees = [...new Set(calls.filter(([from]) => from === h.by).map(([, to]) => to))];
    const named = callees.find((c) => new RegExp(`(^|[^\\w-])${escaped(c.resource.name)}([^\\w-]|$)`, 'i').test(h.message));
    const stores = callees.filter(isStore);
    const spoken = stores.filter((s) => speaksAs(h.message, s));
    const target = named ?? (spoken.length === 1 ? spoken[0] : stores.length === 1 ? stores[0] : undefined);
    if (target === undefined) continue;
    const asked =
      h.cause === 'schema-mismatch' ? /database ["'`]?([\w-]+)["'`]? (?:does not|doesn't) exist|unknown database ["'`]?([\w-]+)/i.exec(h.message) : null;
    const made = settingsOf(world, target).filter((s) => /(^|_)(DB|DATABASE)(_?NAME)?$/i.test(s.name));
    if (asked !== null && made.length > 0 && made.every((s) => s.value !== (asked[1] ?? asked[2]))) {
      clients.push(
        finding(
          h.by.resource,
          'environment-database-mismatch',
          'proven',
          `It asks ${target.resource.entity} for database ${asked[1] ?? asked[2] ?? ''}; that one was started with ${made.map((s) => s.value).join(', ')}.`,
          `Ask for ${made[0]?.value ?? ''}.`,
          { where: `logs.jsonl: ${h.by.resource.entity}` },
        ),
      );
      continue;
    }
    const key = `${target.resource.entity} ${h.cause}`;
    const known = told.get(key) ?? { target, cause: h.cause, heard: [] };
    known.heard.push(h);
    told.set(key, known);
  }
  const stores = [...told.values()].flatMap(({ target, cause, heard }) => {
    const by = new Set(heard.map((h) => h.by));
    const callers = new Set(calls.filter(([, to]) => to === target).map(([from]) => from));
    // One client that is refused has the wrong password; where all are refused, it was changed at the store.
    if (cause === 'credentials-mismatch' && (by.size < 2 || by.size < callers.size)) return [];
    return [
      finding(
        target.resource,
        cause,
        'proven',
        `${by.size} of ${callers.size} that call it were told "${heard[0]?.message ?? ''}".`,
        'Look at the state of the called one.',
        {
          where: `logs.jsonl: ${[...by]
            .map((w) => w.resource.entity)
            .join(', ')
            .slice(0, 120)}`,
        },
      ),
    ];
  });
  return [...clients, ...stores];
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const PRODUCTS = /mysql|maria|postgres|mongo|redis|valkey|cassandra|elastic|kafka|rabbit|memcache|etcd|sqlserver|oracle|clickhouse/i;
const imagesOf = (w: Workload): string => [w.resource.name, ...containersOf(w).map((c) => word(c.spec, 'image'))].join(' ');
const isStore = (w: Workload): boolean => PRODUCTS.test(imagesOf(w));
/** A message in the words of a product comes from a store of that product. */
function speaksAs(message: string, store: Workload): boolean {
  const product = PRODUCTS.exec(imagesOf(store))?.[0]?.toLowerCase() ?? '';
  const words: Readonly<Record<string, RegExp>> = {
    mysql: /mysql|ERROR \d{4} \(|Error 1\d{3}|using password/i,
    postgres: /FATAL: |pq:|postgres|role ".*"/i,
    redis: /READONLY|WRONGPASS|NOAUTH|redis|clients reached/i,
    mongo: /mongo|SCRAM|NotWritablePrimary|not master/i,
  };
  return (words[product] ?? new RegExp(product || '^$', 'i')).test(message);
}
