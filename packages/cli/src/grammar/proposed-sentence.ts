// What a model may propose for a text that the grammar does not understand: a sentence of the grammar. The checks have the last word. Pure.
import type { GoalSpec } from '@awo/contracts';
import type { Check, Evidence } from '@awo/model';
import { z } from 'zod';
import { understand } from './grammar.ts';
import { FORMS } from './words.ts';

/** `from`: which words of the person stand for which value of the sentence. */
export const ProposedSentence = z.object({
  sentence: z.string().min(1).max(200),
  from: z.array(z.object({ value: z.string().max(200), quote: z.string().min(2).max(200) })).max(10),
});
export type ProposedSentence = z.infer<typeof ProposedSentence>;

/** What exists: a name that is not among them cannot be meant. */
export type Known = { services: readonly string[]; environments: readonly string[] };

export const INSTRUCTIONS = [
  'A person wrote what they want from a system that releases software. Write it as one sentence in one of these forms, changing only the names:',
  ...Object.values(FORMS)
    .flat()
    .map((form) => `  ${form}`),
  'Use only services and environments that are listed. Leave out what the person did not say.',
  'For each name in your sentence give in "from" the name as "value" and the words of the person that mean it as "quote", copied exactly.',
].join('\n');

export const evidenceOf = (text: string, { services, environments }: Known): Evidence[] => [
  { name: 'What the person wrote', text },
  { name: 'The services', text: services.join('\n') },
  { name: 'The environments', text: environments.join('\n') },
];

/** A sentence that the grammar understands, whose every value exists and stands in the person's own words. */
export function checkSentence(text: string, known: Known, { sentence, from }: ProposedSentence): Check[] {
  const understood = understand(sentence, known.environments);
  if (!understood.ok) return [{ name: 'grammar', passed: false, detail: understood.problem }];
  const values = valuesOf(understood.spec);
  const said = plain(text);
  return [
    { name: 'grammar', passed: !/[\n\r]/.test(sentence), detail: 'one line' },
    ...values.map(({ name, value, usual }) => {
      const literally = said.includes(plain(value));
      const quote = from.find((one) => one.value === value)?.quote;
      const quoted = quote !== undefined && said.includes(plain(quote));
      // A revision or a path that the person did not write is made up; a name may be meant by other words, where it exists.
      const exists = name === 'service' ? known.services.includes(value) : name === 'environment' ? known.environments.includes(value) : false;
      const passed = usual || literally || (exists && quoted);
      return {
        name: `${name} ${value}`,
        passed,
        detail: passed ? 'said' : exists ? 'no words of the text are quoted for it' : 'is not known, and not in the text',
      };
    }),
    {
      name: 'quotes',
      passed: from.every(({ quote }) => said.includes(plain(quote))),
      detail: 'every quote must stand in the text',
    },
  ];
}

function valuesOf(spec: GoalSpec): { name: string; value: string; usual: boolean }[] {
  const { kind, ...fields } = spec;
  const usual: Record<string, unknown> =
    kind === 'rollback' || kind === 'remediate' ? {} : { revision: 'HEAD', strategy: 'auto', ...(kind === 'release' ? { environment: 'production' } : {}) };
  return Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value, usual: usual[name] === value }] : []));
}

const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();
