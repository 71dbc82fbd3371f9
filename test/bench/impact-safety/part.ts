// What a generated repository is put together from: files, and the places where a mistake is one of a known kind of dependency. Pure.
import type { Kind } from '../../../packages/cli/src/audit/suspect.ts';

/** A place to make mistakes in: lines of `path` that `pattern` finds. `replace` makes the mistake itself where mutators know no such file. */
export type Aim = { kind: Kind; path: string; pattern: RegExp; operators?: readonly string[]; replace?: (line: string) => string };
export type Part = { files: Record<string, string>; aims: Aim[] };
export type Draw = { word(): string; pick<T>(list: readonly T[]): T; number(least: number, most: number): number };
/** Where a service of this language lives in a repository. */
export type Home = { js(name: string): string; py(name: string): string; go(name: string): string };

const WORDS = 'amber badge cargo depot ember fable grain haven ivory jolly kiosk lemon maple noble ocean pearl quartz raven silver tulip umber velvet willow yarrow zephyr anchor breeze copper dahlia echo falcon garnet hazel indigo jasper karma lotus meadow nectar olive plume quill rocket saffron timber urchin violet walnut yonder zircon'.split(' '); // prettier-ignore

export function drawFrom(random: () => number): Draw {
  const left = [...WORDS];
  const number = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  return {
    word: () => left.splice(number(0, left.length - 1), 1)[0] ?? `word${number(100, 9999)}`,
    pick: (list) => list[number(0, list.length - 1)] as (typeof list)[number],
    number,
  };
}

export const upper = (text: string): string => text.replaceAll(/[^a-z0-9]+/gi, '_').toUpperCase();
export const camel = (...words: readonly string[]): string => words.map((word, i) => (i === 0 ? word : `${word[0]?.toUpperCase()}${word.slice(1)}`)).join('');
export const jsTest = (imports: string, body: string): string =>
  `import assert from 'node:assert/strict';\nimport test from 'node:test';\n${imports}\n\n${body}\n`;
