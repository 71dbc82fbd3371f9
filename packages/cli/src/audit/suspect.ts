// What a missed dependency seems to be, by the words that both ends share; told without the detectors, which may be what is wrong. Pure.
import { basename } from 'node:path/posix';
import type { ImpactReason } from '@awo/contracts';

export type Kind = ImpactReason['kind'] | 'unknown';
export type Suspect = { kind: Kind; name: string; at: string };
/** One line that holds the name, in a file that the test runs or that lies beside it. */
export type Sight = { path: string; line: number; text: string };

const WORD = /["'`]([^"'`\n]{2,80})["'`]|\b[A-Za-z_][\w.-]{3,60}\b|\/[\w/{}:.-]{2,80}/g;
const EVERYWHERE = new Set(
  'const return function import export default string number boolean true false null undefined this self name value type async await from class void throw error test expect assert package'.split(
    ' ',
  ),
);

/** Names that a changed line may share with others, the longest first: these tell most. */
export function namesIn(lines: readonly string[]): string[] {
  const found = lines.flatMap((line) => [...line.matchAll(WORD)].map((match) => match[1] ?? match[0])).map((name) => name.trim());
  return [...new Set(found)]
    .filter((name) => name.length >= 4 && !EVERYWHERE.has(name))
    .toSorted((a, b) => b.length - a.length)
    .slice(0, 12);
}

const DATA = /\.(ya?ml|json5?|toml|ini|cfg|conf|properties)$/;
const RULES: readonly { kind: Kind; fits: (name: string, path: string, line: string, sight: Sight) => boolean }[] = [
  { kind: 'generated', fits: (_, path, __, { text }) => /generated (from|by)|do not edit/i.test(text) && text.includes(basename(path)) },
  {
    kind: 'env',
    fits: (name, path, line, { text }) =>
      /^[A-Z][A-Z0-9_]{2,}$/.test(name) && (/env/i.test(text) || /\.env|compose|Dockerfile/i.test(path) || /env/i.test(line)),
  },
  { kind: 'flag', fits: (_, path, line, { text }) => /flag|feature|toggle/i.test(path + line) && /flag|feature|toggle|enabled/i.test(text) },
  { kind: 'schema', fits: (_, path) => /\.(proto|graphql|gql|avsc)$|schema[^/]*\.json$/.test(path) },
  { kind: 'table', fits: (_, path, line, { text }) => (path.endsWith('.sql') || SQL.test(line)) && SQL.test(text) },
  {
    kind: 'subject',
    fits: (name, _, line, { text }) =>
      /[.:_-]/.test(name) &&
      /publish|emit|send|produce|enqueue|subject|topic|queue/i.test(line) &&
      /subscribe|consume|\bon\(|subject|topic|queue|handler|listen/i.test(text),
  },
  { kind: 'route', fits: (name, _, __, { text }) => name.startsWith('/') && /fetch|http|request|get|post|url|path|client/i.test(text) },
  { kind: 'file-read', fits: (_, path, __, { text }) => text.includes(basename(path)) },
  { kind: 'config-key', fits: (_, path) => DATA.test(path) },
  { kind: 'field', fits: (name, _, __, { text }) => new RegExp(`[.\\["']${name.replaceAll(/[^\w]/g, '.')}\\b`).test(text) },
];
const SQL = /\b(select|insert|update|delete|from|join|into|table|where|alter|create)\b/i;

/** The first rule that fits any sight; `shared-name` where a name is shared and no rule knows how, `unknown` where nothing is. */
export function suspect(path: string, changed: readonly string[], sights: ReadonlyMap<string, readonly Sight[]>): Suspect {
  for (const { kind, fits } of RULES)
    for (const [name, places] of sights)
      for (const sight of places)
        if (changed.some((line) => line.includes(name) && fits(name, path, line, sight)) || (name === basename(path) && fits(name, path, '', sight)))
          return { kind, name, at: `${sight.path}:${sight.line}` };
  const [first] = sights;
  const place = first?.[1][0];
  return first && place ? { kind: 'shared-name', name: first[0], at: `${place.path}:${place.line}` } : { kind: 'unknown', name: basename(path), at: path };
}
