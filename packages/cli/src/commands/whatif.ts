// awo whatif: a recorded choice of a strategy decided again with something changed, beside what was decided.
import type { Bus } from '@awo/bus';
import type { Decision } from '@awo/contracts';
import { StrategyFacts, decideStrategy, withChanges } from '@awo/strategy';
import type { Changes } from '@awo/strategy';
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findGoal } from '../goal-id.ts';
import { alternativesFor } from '../proposals/alternatives.ts';
import { print } from '../output/print.ts';
import { withSession } from '../session.ts';
import { besideLines, choiceOf } from '../story/beside.ts';
import { commitsOf } from './commits-of.ts';

export type WhatIfOptions = {
  traffic?: string;
  risk?: string;
  budget?: string;
  errors?: string;
  strategy?: string;
  alpha?: string;
  minRequests?: string;
  watchDeadline?: string;
  at?: string;
  wayBack?: boolean;
  ask?: string;
};

export const whatif = (context: CliContext, wanted: string, options: WhatIfOptions): Promise<ExitCode> => {
  if (options.ask !== undefined) return otherWays(context, wanted, options.ask);
  const changes = changesOf(options);
  return withSession(context, async ({ bus }) => {
    const { terminal, format } = context;
    const goal = await findGoal(bus, wanted);
    const recorded = await recordedChoice(bus, goal);
    const facts = await factsOf(bus, goal, recorded);
    const again = decideStrategy(withChanges(facts, changes));
    const decided = choiceOf(again);
    const rollouts = { recorded: decideStrategy(facts).rollouts, whatIf: again.rollouts };
    await print(terminal, format, { id: goal, changes, recorded, whatIf: decided, rollouts }, () => besideLines(recorded, decided, terminal.style));
    return EXIT.reached;
  });
};

/** What a model would do otherwise, beside what was decided. It changes nothing: a person says which way, if any. */
const otherWays = (context: CliContext, wanted: string, wish: string): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const { terminal, format } = context;
    const { style } = terminal;
    const goal = await findGoal(bus, wanted);
    const recorded = await recordedChoice(bus, goal);
    const proposed = await alternativesFor(context, wish, await factsOf(bus, goal, recorded));
    if (!proposed)
      throw new UsageError('No model is configured that could be asked.', 'Set AWO_MODEL and AWO_MODEL_URL, or change something yourself: --strategy canary');
    await print(terminal, format, { id: goal, recorded, proposed }, () => {
      if (!proposed.used) return [`${style('bold', 'decided')}   ${recorded.choice}`, `The model ${proposed.model} was of no help: ${proposed.because}.`];
      const told = proposed.ways.flatMap(({ changes, decided }, i) => [
        `${style('bold', `way ${i + 1}`)}     ${Object.entries(changes)
          .map(([name, value]) => `${name} ${String(value)}`)
          .join(', ')}, proposed by the model ${proposed.model}`,
        ...besideLines(recorded, decided, style),
        '',
      ]);
      return [...told, 'Nothing was changed. To go one of these ways, say so: awo release --strategy NAME, or awo.yaml.'];
    });
    return EXIT.reached;
  });

/** The last choice: a release that was held decides more than once. */
async function recordedChoice(bus: Bus, goal: string): Promise<Decision> {
  const decisions = (await commitsOf(bus, goal)).flatMap((c) => c.events.flatMap((e) => (e.type === 'decision.made' ? [e.decision] : [])));
  const chosen = decisions.findLast((d) => d.kind === 'choose-strategy');
  if (chosen) return chosen;
  throw new RefusedError(`${goal} never came to the choice of a strategy.`, 'Only releases do, and only those whose tests passed. Look with: awo explain GOAL');
}

async function factsOf(bus: Bus, goal: string, { facts: [digest] }: Decision): Promise<StrategyFacts> {
  if (!digest) throw new RefusedError(`The facts of ${goal} were not recorded.`, 'Plan the release again: awo plan --dry-run');
  const parsed = StrategyFacts.safeParse(JSON.parse(new TextDecoder().decode(await bus.evidence.get(digest))));
  if (parsed.success) return parsed.data;
  throw new RefusedError(
    `The facts of ${goal} cannot be read by this version: ${parsed.error.issues[0]?.message ?? ''}.`,
    'Plan the release again: awo plan --dry-run',
  );
}

function changesOf(options: WhatIfOptions): Changes {
  const { traffic, risk, budget, errors, strategy, alpha, minRequests, watchDeadline, at, wayBack } = options;
  const changes: Changes = {
    ...(traffic === undefined ? {} : { traffic: trafficOf(traffic) }),
    ...(risk === undefined ? {} : { risk: risk as NonNullable<Changes['risk']> }),
    ...(budget === undefined ? {} : { budget: numberOf('--budget', budget, 0, 1) }),
    ...(errors === undefined ? {} : { errors: numberOf('--errors', errors, 0, 1) }),
    ...(strategy === undefined ? {} : { strategy: strategy as NonNullable<Changes['strategy']> }),
    ...(alpha === undefined ? {} : { alpha: numberOf('--alpha', alpha, 1e-9, 0.5) }),
    ...(minRequests === undefined ? {} : { minRequests: Math.ceil(numberOf('--min-requests', minRequests, 1, 1e9)) }),
    ...(watchDeadline === undefined ? {} : { watchDeadlineMs: millisecondsOf(watchDeadline) }),
    ...(at === undefined ? {} : { at: momentOf(at) }),
    ...(wayBack === false ? { noWayBack: true } : {}),
  };
  if (Object.keys(changes).length > 0) return changes;
  throw new UsageError('Nothing is changed, so nothing would be decided otherwise.', 'Such as: awo whatif last --traffic x10 --risk high');
}

function trafficOf(text: string): NonNullable<Changes['traffic']> {
  const [, times] = /^x(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (times !== undefined) return { times: Number(times) };
  if (/^\d+(\.\d+)?$/.test(text)) return { rps: Number(text) };
  throw new UsageError(`"${text}" is no traffic.`, 'A factor such as x10 or x0.5, or requests per second such as 250.');
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= least && number <= most) return number;
  throw new UsageError(`${option} ${text} cannot be.`, `A number from ${least} to ${most}.`);
}

function millisecondsOf(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? ''];
  if (amount === undefined || factor === undefined || Number(amount) === 0)
    throw new UsageError(`"${text}" is no deadline.`, 'Such as: --watch-deadline 90s, --watch-deadline 5m');
  return Number(amount) * factor;
}

function momentOf(text: string): string {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new UsageError(`"${text}" is no moment.`, 'Such as: --at 2026-12-24T10:00Z');
}
