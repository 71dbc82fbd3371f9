// Asks the configured model what a text that the grammar does not understand may mean. What comes back is shown to the person, never sent.
import { describeRepository, openRepository } from '@awo/repository';
import type { CliContext } from '../context.ts';
import { INSTRUCTIONS, ProposedSentence, checkSentence, evidenceOf } from '../grammar/proposed-sentence.ts';
import type { Known } from '../grammar/proposed-sentence.ts';
import { USUAL_ENVIRONMENTS } from '../grammar/words.ts';
import { findRepository } from '../home.ts';
import { modelOf } from './ask-model.ts';

/** One line for the person: a sentence to send, or why there is none. Undefined where no model is configured. Throws TerminalError `bad-config`. */
export async function suggestionFor(context: CliContext, text: string): Promise<string | undefined> {
  const means = await modelOf(context);
  if (!means) return undefined;
  const { model } = means;
  const known = await knownHere(context.cwd);
  const proposal = await means.ask({
    purpose: 'goal',
    instructions: INSTRUCTIONS,
    evidence: evidenceOf(text, known),
    schema: ProposedSentence,
    check: (value) => checkSentence(text, known, value),
  });
  if (proposal.kind === 'none') return `The model ${model} was of no help (${proposal.code}): ${proposal.because}.`;
  return `The model ${model} takes it for: ${proposal.value.sentence}\nNothing was sent. If that is what you want: awo submit ${JSON.stringify(proposal.value.sentence)}`;
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
