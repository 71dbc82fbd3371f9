// Asks the configured model what a text that the grammar does not understand may mean. What comes back is shown to the person, never sent.
import { join } from 'node:path';
import { describeRepository, openRepository } from '@awo/repository';
import type { CliContext } from './context.ts';
import { INSTRUCTIONS, ProposedSentence, checkSentence, evidenceOf } from './grammar/proposed-sentence.ts';
import type { Known } from './grammar/proposed-sentence.ts';
import { USUAL_ENVIRONMENTS } from './grammar/words.ts';
import { findHome, findRepository } from './home.ts';

/** One line for the person: a sentence to send, or why there is none. Undefined where no model is configured. Throws TerminalError `bad-config`. */
export async function suggestionFor(context: CliContext, text: string): Promise<string | undefined> {
  // Nobody who has no model pays for loading one.
  if (!context.env['AWO_MODEL']) return undefined;
  const { CallRecords, openaiSource, propose, readModelConfig, replaySource } = await import('@awo/model');
  const config = readModelConfig(context.env);
  if (!config) return undefined;
  const known = await knownHere(context.cwd);
  const recorded = context.env['AWO_MODEL_REPLAY'];
  const proposal = await propose(
    {
      purpose: 'goal',
      instructions: INSTRUCTIONS,
      evidence: evidenceOf(text, known),
      schema: ProposedSentence,
      check: (value) => checkSentence(text, known, value),
    },
    {
      source: recorded ? replaySource(config.model, await new CallRecords(recorded).read()) : openaiSource(config),
      limits: config.limits,
      prices: config.prices,
      records: new CallRecords(join(findHome(context), 'models', 'calls.jsonl')),
      env: context.env,
      signal: context.signal,
      now: () => new Date(),
    },
  );
  if (proposal.kind === 'none') return `The model ${config.model} was of no help (${proposal.code}): ${proposal.because}.`;
  return `The model ${config.model} takes it for: ${proposal.value.sentence}\nNothing was sent. If that is what you want: awo submit ${JSON.stringify(proposal.value.sentence)}`;
}

/** What the repository here declares; a folder without one declares nothing. */
async function knownHere(cwd: string): Promise<Known> {
  const root = findRepository(cwd);
  if (!root) return { services: [], environments: [...USUAL_ENVIRONMENTS] };
  const repository = await openRepository(root);
  try {
    const model = await describeRepository(repository, (await repository.resolve('HEAD')).sha);
    return {
      services: model.services.map(({ name }) => name),
      environments: [...new Set([...USUAL_ENVIRONMENTS, ...model.environments])],
    };
  } finally {
    await repository.close();
  }
}
