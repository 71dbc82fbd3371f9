// Decides what a goal means: understood, hopeless, or not its turn yet. Pure.
import { DEFAULT_HOLD_DEADLINE_MS, holderOf, type Planned, type ReleasePolicy, type ServiceChange, type Verdict } from '@awo/contracts';
import { frozenAt } from '@awo/strategy';
import { findRemediateProblem, planRemediate } from '../remediate/plan-remediate.ts';
import { dependenciesFirst } from './dependencies-first.ts';
import type { PlanFacts } from './gather.ts';
import { findRollbackProblem, planRollback } from './rollback.ts';

export type PlanDecision = Verdict<'plan'> & ({ planned: Planned; refused: null } | { planned: null; refused: { code: string; message: string } });

export function decidePlan(facts: PlanFacts): PlanDecision {
  const hopeless = facts.problem ?? findProblem(facts);
  if (hopeless) return { kind: 'plan', because: 'refused', choice: hopeless.message, planned: null, refused: hopeless };
  const { spec } = facts;
  const planned =
    spec.kind === 'rollback' ? planRollback(spec, facts.running) : spec.kind === 'remediate' ? planRemediate(spec, facts.running) : planChange(facts);
  const others = [
    ...facts.busy.map((b) => `${b.service} is in the hands of ${b.goal}`),
    ...facts.ahead.filter((a) => !facts.busy.some((b) => b.goal === a.goal)).map((a) => `${a.goal} came before and waits for ${a.service}`),
  ].join('; ');
  const figures = {
    repository: planned.repo,
    revision: planned.head.slice(0, 12),
    subject: planned.subject,
    base: planned.base?.slice(0, 12) ?? null,
    services: planned.targets.map((t) => `${t.service} ${t.base?.slice(0, 12) ?? 'nothing'} -> ${t.head.slice(0, 12)}`),
    suites: facts.model?.suites.length ?? 0,
  };
  const common = { kind: 'plan' as const, planned, refused: null, figures };
  if (isDryRun(facts)) return { ...common, because: 'goal-understood', choice: `${understood(facts, planned)}; planned only, nothing is changed` };
  if (facts.busy.length + facts.ahead.length === 0) return { ...common, because: 'goal-understood', choice: understood(facts, planned) };
  const supersede = onBusy(facts) === 'supersede';
  return {
    ...common,
    because: supersede ? 'supersedes-running' : 'waits-its-turn',
    choice: supersede ? `takes the place of what runs: ${others}` : `waits: ${others}`,
    alternatives: [
      supersede
        ? { kind: 'wait', rejectedBecause: 'the policy says that a newer release takes over' }
        : { kind: 'supersede', rejectedBecause: 'the policy says that releases wait for each other' },
    ],
  };
}

const isDryRun = ({ spec }: PlanFacts): boolean => spec.kind === 'release' && spec.dryRun === true;

const onBusy = ({ spec, model }: PlanFacts) => (spec.kind === 'release' ? (spec.onBusy ?? model?.policy.onBusy ?? 'wait') : 'wait');

function understood({ spec }: PlanFacts, planned: Planned): string {
  const what = `"${planned.subject}" (${planned.head.slice(0, 12)})`;
  if (spec.kind === 'assess') return `assess ${what}`;
  if (spec.kind === 'test') return spec.audit ? `audit what ${spec.audit.of} left out of the tests of ${what}` : `test ${what}`;
  if (spec.kind === 'remediate') return `find out what is wrong with ${spec.service} in ${spec.environment} ("${spec.symptom}"), and mend it`;
  if (spec.kind === 'rollback')
    return `${spec.repairs ? 'take back what repairs have left' : 'bring back what ran before'} in ${spec.environment}: ${planned.targets.map((t) => t.service).join(', ')}`;
  return `release ${what} to ${spec.environment}: ${spec.service ?? 'every service that it changes'}`;
}

type Problem = { code: string; message: string } | null;

/** What makes a goal hopeless, said with what is known and what to do. */
function findProblem({ spec, model, running, head, repo, at }: PlanFacts): Problem {
  if (spec.kind === 'remediate') return findRemediateProblem(spec, running);
  if (spec.kind === 'rollback') return findRollbackProblem(spec, running);
  if (spec.kind !== 'release' || !model || !head) return null;
  const names = model.services.map((s) => s.name);
  if (!model.environments.includes(spec.environment)) {
    return {
      code: 'unknown-environment',
      message: `No environment "${spec.environment}". Known: ${model.environments.join(', ')}. Others are declared under "environments" in awo.yaml.`,
    };
  }
  if (names.length === 0)
    return {
      code: 'not-a-service',
      message: `Nothing in ${repo} listens on PORT, so there is nothing to release. \`awo doctor --repo ${repo}\` shows what was looked for.`,
    };
  if (spec.service && !names.includes(spec.service)) return { code: 'unknown-service', message: `No service "${spec.service}". Known: ${names.join(', ')}.` };
  const wanted = spec.service ? [spec.service] : names;
  const here = running.filter((s) => s.environment === spec.environment && wanted.includes(s.name));
  const foreign = here.find((s) => s.repo !== repo);
  if (foreign)
    return {
      code: 'service-of-another-repository',
      message: `"${foreign.name}" in ${spec.environment} belongs to ${foreign.repo}. Release to another environment, or rename the service in awo.yaml.`,
    };
  if (wanted.every((name) => holderOf(here.find((s) => s.name === name) ?? null) === head.sha)) {
    return {
      code: 'already-running',
      message: `${wanted.join(', ')} already ${wanted.length > 1 ? 'run' : 'runs'} ${head.sha.slice(0, 12)} in ${spec.environment}. Commit a change, or name another revision.`,
    };
  }
  return spec.dryRun || spec.emergency !== undefined ? null : findFreeze(model.policy, at);
}

/** A freeze that ends before a release would give up waiting is waited for, once everything else is known to be well. */
function findFreeze({ freeze = [], holdDeadlineMs = DEFAULT_HOLD_DEADLINE_MS }: ReleasePolicy, at: string | undefined): Problem {
  const frozen = at === undefined ? null : frozenAt(freeze, at);
  if (!frozen || at === undefined || Date.parse(frozen.endsAt) - Date.parse(at) <= holdDeadlineMs) return null;
  const message = `Nothing is released until ${frozen.endsAt.slice(0, 16)}Z: ${frozen.reason} (${frozen.zone}, by awo.yaml). An emergency goes out with --emergency REASON, which is recorded.`;
  return { code: 'in-freeze', message };
}

function planChange({ spec, model, running, head, repo, base, revisions }: PlanFacts): Planned {
  const sha = head?.sha ?? '';
  const common = { repo: repo ?? '', head: sha, subject: head?.subject ?? '', ...(model?.testing ? { audit: model.testing.audit } : {}) };
  if (spec.kind !== 'release') return { ...common, base: base ?? head?.parent ?? null, environment: null, targets: [] };
  const services = (model?.services ?? []).filter((s) => !spec.service || s.name === spec.service);
  const targets = dependenciesFirst(services).flatMap((name): ServiceChange[] => {
    const runs = holderOf(running.find((s) => s.environment === spec.environment && s.name === name) ?? null);
    return runs === sha ? [] : [{ service: name, base: runs !== null && revisions[runs] !== undefined ? runs : null, head: sha }];
  });
  const bases = targets.map((t) => t.base);
  const oldest = bases.filter((b) => b !== null).sort((a, b) => (revisions[a] ?? '').localeCompare(revisions[b] ?? ''))[0];
  return { ...common, base: bases.every((b) => b === null) ? null : (oldest ?? null), environment: spec.environment, targets };
}
