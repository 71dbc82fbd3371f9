// From evidence to competing hypotheses and a verdict. Pure.
import type { Hypothesis, RootCauses } from '@awo/contracts';
import { byWorkload } from './by-workload.ts';
import { confidencesOf, verdictOf } from './confidence.ts';
import type { Evidence, Part } from './evidence.ts';
import { platformSuspects } from './platform/suspects.ts';
import { ruledOut } from './ruled-out.ts';
import { withMeans } from './signals/means.ts';
import { oneProcesses, withOneProcess } from './signals/one-process.ts';
import { SIGNAL_POLICY, type SignalPolicy } from './signals/policy.ts';
import { signalSuspects } from './signals/suspects.ts';
import { mergeSuspects } from './suspect.ts';
import { spanStats } from './traces/span-stats.ts';

const SHOWN = 15;
const COSTS: Record<Part, string> = {
  incident: 'incident.json: where and when it was noticed, so that nothing can be weighed by reach or time',
  topology: 'topology.json: who calls whom, so that a cause and its echo are hard to tell apart',
  metrics: 'metrics.jsonl: what grew slow, failed or ran full',
  logs: 'logs.jsonl: what the processes themselves said',
  traces: 'traces.jsonl: where time was spent and errors began',
  changes: 'changes.jsonl: what was changed before it',
  comparisons: 'comparisons.jsonl: how what was not changed did in the same surroundings',
  processes: 'processes.jsonl: how each process of several did',
  resources: 'resources.jsonl: what the platform was told and what it is',
};

const namesOf = ({ topology, series, spans, logs }: Evidence): Set<string> =>
  new Set([...topology.nodes.map((n) => n.id), ...series.map((s) => s.entity), ...spans.map((s) => s.entity), ...logs.lines.keys()]);

export function diagnose(given: Evidence, policy: SignalPolicy = SIGNAL_POLICY): RootCauses {
  const evidence = byWorkload({ ...given, series: withMeans(given.series) });
  const traces = spanStats(evidence.spans, evidence.frame, namesOf(evidence));
  const seenCalls = [...traces.calls.values()];
  // Where the state of the platform is known, a callee that cannot be reached is what something in that state did.
  const isEffect = evidence.resources.length > 0;
  const signals = signalSuspects(evidence, traces, policy).map((s) => (isEffect && s.cause === 'unreachable-component' ? { ...s, isEffect } : s));
  const suspects = mergeSuspects([...platformSuspects(evidence, seenCalls), ...withOneProcess(signals, oneProcesses(evidence), evidence.topology)]).slice(
    0,
    SHOWN,
  );
  const missing = (Object.keys(COSTS) as Part[])
    .filter((part) => !evidence.present.has(part) && part !== 'processes' && (part !== 'comparisons' || evidence.changes.length > 0))
    .map((part) => COSTS[part]);
  const confidences = confidencesOf(suspects);
  const hypotheses: Hypothesis[] = suspects.map((s, i) => ({
    entity: s.entity,
    cause: s.cause,
    score: Math.round(s.points * 100) / 100,
    confidence: Math.round((confidences[i] ?? 0) * 100) / 100,
    for: s.for.slice(0, 8),
    against: s.against.slice(0, 6),
    missing,
    nextCheck: s.nextCheck,
    ...(s.repair === undefined ? {} : { repair: s.repair }),
    ...(s.process === undefined ? {} : { process: s.process }),
  }));
  const { verdict, because } = verdictOf(hypotheses, missing);
  const others = ruledOut(evidence, new Set(hypotheses.map((h) => h.entity)), seenCalls);
  return { hypotheses, verdict, because, notes: evidence.notes, ...(others.length === 0 ? {} : { ruledOut: others }) };
}
