// Asks the configured model for other ways to release. It names levers only: each way is decided by the agents' own arithmetic from the recorded facts.
import { StrategyWish } from '@awo/contracts';
import type { Check } from '@awo/model';
import { type Changes, decideStrategy, type StrategyFacts, withChanges } from '@awo/strategy';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import { type Choice, choiceOf } from '../story/beside.ts';
import { modelOf } from './ask-model.ts';

/** No words of its own: there is nothing in it that could be believed. */
const Way = z.strictObject({
  strategy: StrategyWish.optional(),
  minRequests: z.number().int().min(1).max(1_000_000).optional(),
  watchDeadlineSeconds: z.number().int().min(1).max(86_400).optional(),
  at: z.iso.datetime().optional(),
});
const Proposed = z.strictObject({ ways: z.array(Way).min(1).max(3) });
type Way = z.infer<typeof Way>;

type Alternative = { changes: Changes; decided: Choice };
export type Alternatives = { model: string; used: true; ways: Alternative[] } | { model: string; used: false; because: string };

const INSTRUCTIONS = [
  'A release was planned by arithmetic; you get what was decided, with its numbers, and what the person wants. Name up to three other ways that may suit that better.',
  'A way is one or more of: "strategy", "minRequests" (that each step must have served), "watchDeadlineSeconds" (for each step), "at" (a later moment in UTC).',
  'Name only what differs from what was decided. Each way is reckoned through afterwards; you reckon nothing.',
].join('\n');

/** Undefined where no model is configured. Throws TerminalError `bad-config`. */
export async function alternativesFor(context: CliContext, wanted: string, facts: StrategyFacts): Promise<Alternatives | undefined> {
  const means = await modelOf(context);
  if (!means) return undefined;
  const { model } = means;
  const proposal = await means.ask({
    purpose: 'alternatives',
    instructions: INSTRUCTIONS,
    evidence: [
      { name: 'What the person wants', text: wanted },
      { name: 'What was decided', text: inLines(choiceOf(decideStrategy(facts))) },
    ],
    schema: Proposed,
    check: ({ ways }) => checksOf(ways, facts),
  });
  if (proposal.kind === 'none') return { model, used: false, because: `${proposal.code}: ${proposal.because}` };
  return {
    model,
    used: true,
    ways: proposal.value.ways.map(changesOf).map((changes) => ({ changes, decided: choiceOf(decideStrategy(withChanges(facts, changes))) })),
  };
}

const changesOf = ({ strategy, minRequests, watchDeadlineSeconds, at }: Way): Changes => ({
  ...(strategy === undefined ? {} : { strategy }),
  ...(minRequests === undefined ? {} : { minRequests }),
  ...(watchDeadlineSeconds === undefined ? {} : { watchDeadlineMs: 1000 * watchDeadlineSeconds }),
  ...(at === undefined ? {} : { at }),
});

function checksOf(ways: readonly Way[], { wish, policy, at }: StrategyFacts): Check[] {
  const written = ways.map((way) => JSON.stringify(changesOf(way)));
  return ways.flatMap((way, i): Check[] => {
    const { minRequests, watchDeadlineMs, strategy } = changesOf(way);
    const differs = [
      strategy !== undefined && strategy !== wish,
      minRequests !== undefined && minRequests !== policy.minRequests,
      watchDeadlineMs !== undefined && watchDeadlineMs !== policy.watchDeadlineMs,
      way.at !== undefined,
    ];
    return [
      { name: `way ${i + 1}`, passed: differs.includes(true), detail: `${written[i]} is what was decided` },
      { name: `way ${i + 1}`, passed: written.indexOf(written[i] ?? '') === i, detail: `${written[i]} stands there twice` },
      {
        name: `way ${i + 1}`,
        passed: way.at === undefined || at === null || Date.parse(way.at) > Date.parse(at),
        detail: `${way.at} was before this was decided`,
      },
    ];
  });
}

const inLines = ({ choice, figures, alternatives, checks }: Choice): string =>
  [
    choice,
    ...Object.entries(figures).map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : value}`),
    ...alternatives.map(({ kind, rejectedBecause }) => `not ${kind}: ${rejectedBecause}`),
    ...checks.map(({ name, passed, detail }) => `${name}: ${passed ? 'passed' : 'failed'}, ${detail}`),
  ].join('\n');
