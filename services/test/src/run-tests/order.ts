// Which suite goes first: the one most likely to fail, so that bad news comes early. Pure.
import type { ImpactAssessed, Suite } from '@awo/contracts';

export type Place = { suite: Suite; because: string };

/** Suites that failed when they ran last, then those of units that changed themselves, then those reached through others, then the rest; equals by id, so that two runs are the same. */
export function orderSuites(suites: readonly Suite[], impact: Pick<ImpactAssessed, 'units'> | null, failedLast: ReadonlySet<string> = new Set()): Place[] {
  const change = new Map(impact?.units.map((unit) => [unit.id, unit.change]));
  const touch = (suite: Suite): number => ({ direct: 0, implicit: 1, none: 2 })[change.get(suite.unit) ?? 'none'];
  const rank = (suite: Suite): number => (failedLast.has(suite.id) ? -1 : touch(suite));
  const because = (suite: Suite): string =>
    failedLast.has(suite.id)
      ? 'it failed when it ran last'
      : impact === null
        ? 'impact is not known'
        : (['its unit changed', 'its unit is reached through others', 'its unit is not touched'][rank(suite)] ?? '');
  return [...suites].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1)).map((suite) => ({ suite, because: because(suite) }));
}
