// Whether the version before can run again after this one has. Pure.
import type { BrokenContract, MigrationStep, Reversibility } from '@awo/contracts';

/** `unused`: steps that take away what no code of the version before names. */
export function reversibilityOf(steps: readonly MigrationStep[], contracts: readonly BrokenContract[], unused: ReadonlySet<MigrationStep>): Reversibility {
  const say = (reversible: Reversibility['reversible'], because: string): Reversibility => ({ reversible, because: because.slice(0, 400) });
  const gone = steps.find((step) => step.kind === 'contract' && !unused.has(step));
  if (gone) return say('no', `${gone.at} (${gone.statement.slice(0, 120)}): ${gone.because}. Expand first, contract in a later release.`);
  const message = contracts.filter(({ reads, described }) => reads?.includes('forward') && described?.as === 'message');
  // Of several formats the one that is there first.
  const written = message.find(({ described }) => described?.from === 'start') ?? message[0];
  if (written) return { ...say('no', wordsOf(written)), from: written.described?.from ?? 'start' };
  const [ended] = unused;
  if (ended) return say('unknown', `${ended.at} (${ended.statement.slice(0, 120)}): no code of the version before names it, but what it held is gone.`);
  const unclear = steps.find((step) => step.kind === 'unknown');
  if (unclear) return say('unknown', `${unclear.at} (${unclear.statement.slice(0, 120)}): ${unclear.because}.`);
  const perhaps = contracts.find(({ reads, described }) => described && described.as !== 'body' && (reads === undefined || reads.includes('forward')));
  if (perhaps?.described)
    return say(
      'unknown',
      `${perhaps.at ?? perhaps.file} (${perhaps.element}): ${perhaps.because}. It ${perhaps.described.as === 'message' ? 'is' : 'may be'} a message: ${perhaps.described.because}.`,
    );
  const [broken] = contracts;
  if (broken) return say('unknown', `${broken.element} (${broken.kind}) changed for others: ${broken.because}. Who moves with it must move back with it.`);
  if (steps.length > 0) return say('yes', `${steps.length} migration step${steps.length === 1 ? '' : 's'}, all of which the version before survives.`);
  return say('yes', 'No migration and no broken contract: the version before can be started again.');
}

const wordsOf = ({ at, file, element, because, described }: BrokenContract): string =>
  `${at ?? file} (${element}): ${because}. Once there are some, the old one would meet them (${described?.because ?? 'a message'}). Let the old one read the new format first.`;
