// What a container that does not stay up said before it ended. Pure.
import { isHurt, statesOf } from '../containers.ts';
import { finding, type Finding } from '../finding.ts';
import { causeInLog, SAID_BY_CALLEE } from '../../log-causes.ts';
import type { Workload, World } from '../world.ts';

/** Causes that a workload says of itself while it is restarting or not ready. */
export const lastWordRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    if (isHurt(w) !== true && statesOf(w).every((s) => s.restarts < 3)) return [];
    const said = [
      ...world.heard.filter((h) => h.by === w && h.cause !== null && !(h.isCall && isOfCall(h.cause))).map((h) => ({ cause: h.cause ?? '', message: h.message })),
      ...statesOf(w).flatMap((s) => {
        const cause = s.message === '' ? null : causeInLog(s.message);
        return cause === null || isOfCall(cause) || cause === 'configuration' ? [] : [{ cause, message: s.message }];
      }),
    ].filter((s) => !SAID_BY_CALLEE.has(s.cause) || isStore(w));
    const seen = new Set<string>();
    return said.flatMap(({ cause, message }) => {
      if (seen.has(cause)) return [];
      seen.add(cause);
      // An exception alone may be the echo of another's failure; a cause that it names is not.
      return [finding(w.resource, cause, cause === 'application-error' ? 'symptom' : 'seen', `It says "${message}".`, 'Correct what it complains of.', { where: `logs.jsonl: ${w.resource.entity}` })];
    });
  });

const isOfCall = (cause: string): boolean => cause === 'dns-resolution-failure';
const isStore = (w: Workload): boolean => /mysql|maria|postgres|mongo|redis|valkey|cassandra|elastic|kafka|rabbit|memcache|etcd|sql/i.test(JSON.stringify(w.template['containers'] ?? '').slice(0, 2000));
