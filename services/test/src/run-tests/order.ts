// Which suite goes first: the one most likely to fail, so that bad news comes early. Pure.
import type { ImpactAssessed, Suite } from '@awo/contracts';
import { createOrderer, foldCycles } from '@awo/test-order/ordering';
import type { HistoryLine } from '@awo/test-order/ordering';

export type Place = { suite: Suite; because: string };

/** What being touched counts for, on the scale of what history says (0 to 1): a suite that fails often goes before one that was merely changed. */
const TOUCH = { direct: 0.3, implicit: 0.15, none: 0 } as const;
const TOUCH_SAYS = { direct: 'its unit changed', implicit: 'its unit is reached through others', none: 'its unit is not touched' } as const;

/** By how likely each is to fail, from the runs of the past and from what this change touches; equals by id, so that two runs are the same. */
export function orderSuites(suites: readonly Suite[], impact: Pick<ImpactAssessed, 'units'> | null, history: readonly HistoryLine[] = []): Place[] {
  const change = new Map(impact?.units.map((unit) => [unit.id, unit.change]));
  const orderer = createOrderer();
  for (const cycle of foldCycles(history)) orderer.learn(cycle);
  const changed = impact?.units.map((unit) => unit.id) ?? [];
  const known = new Map(
    orderer.model().cycles === 0
      ? []
      : orderer
          .order(
            suites.map(({ id }) => ({ test: id })),
            changed,
          )
          .map((one) => [one.test, one]),
  );
  const last = lastOutcomes(history);
  return suites
    .map((suite) => {
      const touch = change.get(suite.unit) ?? 'none';
      const past = known.get(suite.id);
      const failedLast = last.get(suite.id) === 'failed' || last.get(suite.id) === 'error';
      const says = [
        ...(failedLast ? ['it failed when it ran last'] : []),
        impact === null ? 'impact is not known' : TOUCH_SAYS[touch],
        ...(past?.because.slice(0, 2) ?? []),
      ];
      return { suite, because: says.join('; '), score: (past?.score ?? 0) + TOUCH[touch] + Number(failedLast) };
    })
    .toSorted((a, b) => b.score - a.score || (a.suite.id < b.suite.id ? -1 : 1))
    .map(({ suite, because }) => ({ suite, because }));
}

function lastOutcomes(history: readonly HistoryLine[]): Map<string, HistoryLine['outcome']> {
  const last = new Map<string, HistoryLine>();
  for (const line of history) if (line.cycle >= (last.get(line.test)?.cycle ?? 0)) last.set(line.test, line);
  return new Map([...last].map(([test, { outcome }]) => [test, outcome]));
}
