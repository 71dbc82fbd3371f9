// What a finished goal is found by: read from its last state. Pure.
import { Sha } from '@awo/contracts';
import type { GoalState } from '@awo/contracts';
import type { SealedGoal } from './manifest.ts';
import { sha256 } from './pack.ts';

const SERVICE_KEYS = new Set(['service', 'services', 'targets']);
const MOST = 200;

/** Throws when the goal has not ended: such a goal is never sealed. */
export function describeGoal(state: GoalState, commits: number, last: Uint8Array): Omit<SealedGoal, 'length' | 'digest'> {
  const { spec, ended } = state;
  if (!ended) throw new Error(`${state.id} has not ended`);
  const found = { services: new Set<string>(), revisions: new Set<string>() };
  collect(spec, '', found);
  for (const step of state.steps) {
    collect(step.input, '', found);
    collect(step.output, '', found);
  }
  return {
    goal: state.id,
    spec,
    environment: 'environment' in spec ? spec.environment : null,
    services: [...found.services].toSorted().slice(0, MOST),
    revisions: [...found.revisions].toSorted().slice(0, MOST),
    outcome: ended.outcome,
    because: ended.because,
    ...(ended.report ? { report: ended.report } : {}),
    source: state.source,
    acceptedAt: state.acceptedAt,
    endedAt: ended.at,
    commits,
    head: sha256(last),
  };
}

/** Full git ids wherever they stand; names under the keys that hold services. */
function collect(value: unknown, key: string, found: { services: Set<string>; revisions: Set<string> }): void {
  if (typeof value === 'string') {
    if (Sha.safeParse(value).success) found.revisions.add(value);
    else if (SERVICE_KEYS.has(key)) found.services.add(value);
  } else if (Array.isArray(value)) {
    for (const one of value) collect(one, key, found);
  } else if (value && typeof value === 'object') {
    const entries = Object.entries(value);
    if (SERVICE_KEYS.has(key)) for (const [, one] of entries.filter(([name]) => name === 'name')) collect(one, key, found);
    for (const [name, one] of entries) collect(one, name, found);
  }
}
