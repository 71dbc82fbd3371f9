// What a generated repository is put together from: files, and the places where a mistake is one of a known kind of dependency. Pure.
import type { Kind } from '../../../packages/cli/src/audit/suspect.ts';

/** A place to make mistakes in: lines of `path` that `pattern` finds. `replace` makes the mistake itself where mutators know no such file. */
export type Aim = { kind: Kind; path: string; pattern: RegExp; operators?: readonly string[]; replace?: (line: string) => string };
/** `groups`: files that change together; all of the part where it does not say. */
export type Part = { files: Record<string, string>; aims: Aim[]; groups?: string[][] };
export type Draw = { word(): string; pick<T>(list: readonly T[]): T; number(least: number, most: number): number };
/** Where a service of this language lives in a repository. */
export type Home = { js(name: string): string; py(name: string): string; go(name: string): string };

const WORDS =
  'amber badge cargo depot ember fable grain haven ivory jolly kiosk lemon maple noble ocean pearl quartz raven silver tulip umber velvet willow yarrow zephyr anchor breeze copper dahlia echo falcon garnet hazel indigo jasper karma lotus meadow nectar olive plume quill rocket saffron timber urchin violet walnut yonder zircon'.split(
    ' ',
  );
const OTHERS =
  'acorn alder aspen basil beacon birch bramble briar canyon cedar chalk cinder clover cobalt comet cotton cricket crimson daisy dune elder fennel fern finch flint frost ginger glade harbor heron hickory iris island ivy jade juniper kelp lagoon larch laurel linden lynx mallow marble mint moss myrtle nutmeg oasis opal orchid osprey otter pebble pepper pine poppy prairie reed ridge river robin rowan sage sparrow spruce stone summit thistle thyme topaz tundra vale wren'.split(
    ' ',
  );

/** `others`: words that the first parts do not use. */
export function drawFrom(random: () => number, others = false): Draw {
  const left = others ? [...OTHERS] : [...WORDS];
  const number = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  return {
    word: () => left.splice(number(0, left.length - 1), 1)[0] ?? `word${number(100, 9999)}`,
    pick: (list) => list[number(0, list.length - 1)] as (typeof list)[number],
    number,
  };
}

export const upper = (text: string): string => text.replaceAll(/[^a-z0-9]+/gi, '_').toUpperCase();
export const camel = (...words: readonly string[]): string => words.map((word, i) => (i === 0 ? word : `${word[0]?.toUpperCase()}${word.slice(1)}`)).join('');
export const cap = (word: string): string => `${word[0]?.toUpperCase()}${word.slice(1)}`;
export const depth = (dir: string): number => dir.split('/').length;
/** From a folder to the root of the repository. */
export const up = (dir: string): string => '../'.repeat(depth(dir));
export const jsTest = (imports: string, body: string): string =>
  `import assert from 'node:assert/strict';\nimport test from 'node:test';\n${imports}\n\n${body}\n`;
