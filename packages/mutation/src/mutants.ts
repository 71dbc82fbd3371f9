// The mutants of one text, for every language that is known here. Deterministic: the same text gives the same list.
import { dataEdits } from './data.ts';
import { applyEdits, type Edit, type LineRange, type Operator } from './edit.ts';
import { go } from './go.ts';
import { javascriptEdits } from './javascript.ts';
import { python } from './python.ts';
import { treeEdits } from './tree.ts';

/** `text` is the whole file with the mistake in it, `line` (from 1) where it is made. */
export type Mutant = { file: string; line: number; operator: Operator; description: string; text: string };

type Language = 'javascript' | 'python' | 'go' | 'settings' | 'proto' | 'graphql' | 'sql';
const LANGUAGES: readonly [RegExp, Language][] = [
  [/(?<!\.d)\.([mc]?[jt]s|[jt]sx)$/, 'javascript'],
  [/\.py$/, 'python'],
  [/\.go$/, 'go'],
  [/\.proto$/, 'proto'],
  [/\.(graphql|gql)$/, 'graphql'],
  [/\.sql$/, 'sql'],
  [/\.(json|ya?ml|toml|ini|cfg|conf|properties|env)$|(^|\/)(\.env[^/]*|(Docker|Container)file)$/, 'settings'],
];
/** Larger files are bundles and data. */
const MAX_LENGTH = 1024 * 1024;

/** Null where no mutator knows the file. */
export const languageOf = (file: string): Language | null => LANGUAGES.find(([pattern]) => pattern.test(file))?.[1] ?? null;

/** The single edits behind the mutants, for whoever makes several mistakes at once. Empty where the text cannot be parsed. */
export async function editsOf(file: string, text: string): Promise<Edit[]> {
  const language = languageOf(file);
  if (language === null || text.length > MAX_LENGTH || text.includes('\0')) return [];
  if (language === 'javascript') return javascriptEdits(text, file.slice(file.lastIndexOf('.') + 1));
  if (language === 'python') return treeEdits(text, python);
  if (language === 'go') return treeEdits(text, go);
  return dataEdits(text, language);
}

/** Of the whole file, or of the lines in `lines` only. Go mutants may fail to compile: that is for whoever runs them to see. */
export async function mutantsOf(file: string, text: string, { lines }: { lines?: readonly LineRange[] } = {}): Promise<Mutant[]> {
  const edits = await editsOf(file, text);
  const wanted = lines ? edits.filter(({ line }) => lines.some(([first, last]) => first <= line && line <= last)) : edits;
  return wanted.map((edit) => ({
    file,
    line: edit.line,
    operator: edit.operator,
    description: `${quoted(text.slice(edit.start, edit.end))} became ${quoted(edit.text)}`,
    text: applyEdits(text, [edit]),
  }));
}

function quoted(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  if (line === '' || line === ';') return 'nothing';
  return `\`${line.length > 60 ? `${line.slice(0, 57)}...` : line}\``;
}
