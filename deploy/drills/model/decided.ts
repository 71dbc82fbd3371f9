// What was decided on the causes of an incident, what became of the model that was asked, and whether it is decided the same without what it said.
import type { Bus } from '@awo/bus';
import { decideAgain, type Recorded, recordedDecisions } from '@awo/cli';
import type { Commit, Decision } from '@awo/contracts';

/** `came`: what the model reads for which cause, or why its answer was refused. Tokens are null where they were not counted. */
export type Asked = { came: string; ms: number | null; tokens: number | null };
export type Decided = {
  verdict: Decision['because'];
  /** Null: no model was asked. */
  asked: Asked | null;
  /** Decided again by the agent's own program, from the recorded facts without the model's answer, it says the same but for the figure of the model. */
  sameWithout: boolean;
};

type Call = { ms: number; usage: { inputTokens: number; outputTokens: number } | null };
type Facts = { asked?: { outcome: string; call: Call | null } };

export async function decidedIn(bus: Bus, goals: readonly string[]): Promise<Decided[]> {
  const found: Recorded[] = [];
  for (const goal of goals) {
    const commits: Commit[] = [];
    for await (const { commit } of bus.history(goal)) commits.push(commit);
    const read = async (digest: string): Promise<unknown> => JSON.parse(new TextDecoder().decode(await bus.evidence.get(digest)));
    const recorded = await recordedDecisions(commits.map(causesOnly), read);
    found.push(...recorded.filter(({ decision }) => decision.because !== 'too-early'));
  }
  const again = await decideAgain(found.map(withoutAnswer));
  return found.map(({ decision, facts }, i) => ({ verdict: decision.because, asked: askedIn(decision, facts as Facts), sameWithout: again[i]?.same === true }));
}

const causesOnly = (commit: Commit): Commit => ({
  ...commit,
  events: commit.events.filter((e) => e.type === 'decision.made' && e.decision.kind === 'explain-incident'),
});

function withoutAnswer(recorded: Recorded): Recorded {
  const { model: _model, ...figures } = recorded.decision.figures;
  const { asked: _asked, ...facts } = recorded.facts as Facts;
  return { ...recorded, decision: { ...recorded.decision, figures }, facts };
}

function askedIn({ figures: { model } }: Decision, { asked }: Facts): Asked | null {
  if (!asked || asked.outcome.startsWith('not-asked')) return null;
  const usage = asked.call?.usage;
  return { came: cameOf(Array.isArray(model) ? model : []), ms: asked.call?.ms ?? null, tokens: usage ? usage.inputTokens + usage.outputTokens : null };
}

/** Of the words of the decision: the causes that it reads for, or the reason in the brackets. */
function cameOf(told: readonly string[]): string {
  const read = told.flatMap((line) => / reads for (\S+ on \S+, ranked \d+):/.exec(line)?.[1] ?? []);
  if (read.length > 0) return `reads for ${read.join('; ')}`;
  return / was of no help \((.*)\)$/s.exec(told[0] ?? '')?.[1] ?? 'finds nothing';
}
