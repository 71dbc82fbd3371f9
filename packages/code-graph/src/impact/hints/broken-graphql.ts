// Two versions of a GraphQL schema, of one file or of several, compared by graphql's own findBreakingChanges.
import type { Broken } from './broken-apis.ts';

/** Type definitions of a .graphql file, or those that code holds in templates. Operations are none. */
export function definitionsIn(text: string | null, path: string): string {
  if (text === null) return '';
  const parts = /\.(graphqls?|gql)$/.test(path)
    ? [text]
    : [...text.matchAll(/(?:\bgql|\bgraphql|\/\*\s*GraphQL\s*\*\/|#graphql)\s*\(?\s*`([^`$]*)`|`#graphql([^`$]*)`/g)].map(
        (match) => match[1] ?? match[2] ?? '',
      );
  return parts.filter((part) => /^\s*(?:extend\s+)?(?:type|input|enum|interface|union|scalar|schema|directive)\s/m.test(part)).join('\n');
}

/** Null where they make no schema: then nothing can be said. */
export async function brokenGraphql(before: string, after: string): Promise<Broken[] | null> {
  const { parse, buildASTSchema, findBreakingChanges } = await import('graphql');
  const build = (text: string) => {
    try {
      // Several files may each extend Query without any of them defining it.
      const extended = [...new Set([...text.matchAll(/^\s*extend\s+type\s+(\w+)/gm)].map((match) => match[1] ?? ''))];
      const missing = extended.filter((name) => !new RegExp(`^\\s*type\\s+${name}\\b`, 'm').test(text)).map((name) => `type ${name} { _: Boolean }`);
      const document = parse(`${text}\n${missing.join('\n')}`);
      const definitions = document.definitions.filter(({ kind }) => kind !== 'OperationDefinition' && kind !== 'FragmentDefinition');
      return buildASTSchema({ ...document, definitions }, { assumeValidSDL: true, assumeValid: true });
    } catch {
      return null;
    }
  };
  const [then, now] = [build(before), after.trim() === '' ? null : build(after)];
  if (!then) return null;
  if (!now) return after.trim() === '' ? [{ kind: 'graphql', element: 'schema', because: 'the schema was removed' }] : null;
  // A scalar of the language goes with the last field that has it.
  const changes = findBreakingChanges(then, now).filter(({ description }) => !description.startsWith('Standard scalar'));
  return changes.map(({ description }) => ({ kind: 'graphql', element: elementOf(description), because: description }));
}

const elementOf = (description: string): string =>
  /\b[A-Z]\w*\.\w+/.exec(description)?.[0] ?? /\b([A-Z]\w*) (?:was|is|changed|no)/.exec(description)?.[1] ?? 'schema';
