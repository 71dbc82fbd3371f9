// Where an expression for a path leads, followed through the variables of its file; the same for the languages that write paths alike. Pure.

/** `base`: folders above the file's own folder, null where that is not said. `wide`: it climbs by a way that is not known. */
export type Place = { base: number | null; segments: string[]; wide: boolean };

const TOKEN =
  /(?<anchor>import\.meta\.(?:dirname|filename|url)|__dirname|__filename|__file__|__DIR__|__FILE__|__dir__)|(?<f>\b[fF])?(?<quote>["'`])(?<text>(?:\\.|(?!\k<quote>)[^\\\n])*)\k<quote>|\bparents\[(?<up>\d+)\]|(?<strip>\.parent\b|\bdirname\s*\()|(?<name>[A-Za-z_$][\w$]*)/g;
const NO_PATH = /^(?:utf-?8|ascii|latin1|buffer|r|rb|w|file|dir|d|f|\.|)$/i;
const MODULES =
  /^(?:fs|fsp|fsPromises|promises|path|os|filepath|glob|fg|pathlib|posix|node|io|ioutil|Files|Paths|Path|Directory|Deno|Bun|URL|join|resolve|new|await|require|import|const|let|str|cwd|process)$/;
const MOST_PLACES = 8;

/** All places that `expression` can stand for: one variable may be set several times. */
export function placesOf(expression: string, source: string, within: readonly string[] = []): Place[] {
  let places: Place[] = [{ base: null, segments: [], wide: false }];
  // One call may be given several globs; each is a way of its own below the same folder.
  const globs: string[][] = [];
  let strips = 0;
  let ownFile = false;
  const each = (change: (place: Place) => Place | Place[]): void => void (places = places.flatMap(change).slice(0, MOST_PLACES));
  for (const { groups } of expression.matchAll(TOKEN)) {
    const { anchor, f, quote, text, up, strip, name } = groups ?? {};
    if (anchor !== undefined) {
      ownFile = !/dirname|DIR|__dir__/.test(anchor);
      each((place) => ({ ...place, base: 0 }));
    } else if (quote !== undefined) {
      const segments = segmentsOf(text ?? '', quote === '`' ? /\$\{[^}]*\}/g : f ? /\{[^}]*\}/g : null);
      const last = globs.at(-1);
      if (segments.some(isGlob)) globs.push(segments);
      else if (last && !last.at(-1)?.includes('.')) last.push(...segments);
      else each((place) => ({ ...place, segments: [...place.segments, ...segments] }));
    } else if (up !== undefined) strips += Number(up) + 1;
    else if (strip !== undefined) strips += 1;
    else if (name !== undefined && within.length < 3 && !within.includes(name) && !MODULES.test(name)) {
      const meant = definitionsOf(name, source).flatMap((one) => placesOf(one, source, [...within, name]));
      if (meant.length > 0) each((place) => meant.map((one) => joined(place, one)));
      else if (/^[A-Z][A-Z_]+$|[Rr]oot|[Rr]epo|[Ww]orkspace/.test(name)) each((place) => ({ ...place, wide: true }));
    }
  }
  const climbed = ownFile ? Math.max(0, strips - 1) : strips;
  const ways = globs.length === 0 ? places : places.flatMap((place) => globs.map((glob) => ({ ...place, segments: [...place.segments, ...glob] })));
  return ways.slice(0, MOST_PLACES).map((place) => climbing(place, climbed));
}

export const isGlob = (segment: string): boolean => /[*?]|\{[^}]*,/.test(segment);

const joined = (place: Place, one: Place): Place => ({
  base: one.base ?? place.base,
  segments: one.base !== null && place.base === null ? [...one.segments, ...place.segments] : [...place.segments, ...one.segments],
  wide: place.wide || one.wide,
});

/** `..` climbs where the start is known; elsewhere it only says that the unit may be left. */
function climbing({ base, segments, wide }: Place, strips: number): Place {
  const kept: string[] = [];
  let above = strips;
  for (const segment of segments) {
    if (segment !== '..') kept.push(segment);
    else if (kept.pop() === undefined) above += 1;
  }
  return { base: base === null ? null : base + above, segments: kept, wide: wide || above > 0 };
}

function segmentsOf(text: string, computed: RegExp | null): string[] {
  const plain = (computed ? text.replaceAll(computed, '*') : text).replace(/^file:\/\//, '');
  if (NO_PATH.test(plain) || plain.startsWith('!') || /[\s<>()|:;,=]/.test(plain.replaceAll(/\{[^}]*\}/g, ''))) return [];
  return plain.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
}

/** What a variable of the file is set to. Modules are no paths. */
function definitionsOf(name: string, source: string): string[] {
  const safe = name.replaceAll('$', '\\$');
  const set = new RegExp(
    `(?<![\\w$.])(?:self\\.|this\\.|@)?${safe}\\s*(?::\\s*[\\w<>\\[\\].| ]+)?:?=(?![=>])|\\bfor\\s*\\(?\\s*(?:const |let |var )?(?:\\w+\\s*,\\s*)?${safe}\\s+(?:of|in|:= range)\\b|(?<![\\w$])${safe}, \\w+\\s*:=`,
    'g',
  );
  const found: string[] = [];
  for (const match of source.matchAll(set)) {
    const start = match.index + match[0].length;
    // A comprehension goes on with what is done for each.
    const [text = ''] = source.slice(start, endOfExpression(source, start, 300, '\n;,')).split(/\s(?:for|if)\s/);
    if (!/\brequire\(|\bimport\(/.test(text)) found.push(text);
    if (found.length === 4) break;
  }
  return found;
}

/** Where an expression ends: at a bracket that closes more than it opened, or at one of `stops` outside of brackets. */
export function endOfExpression(source: string, start: number, most: number, stops: string): number {
  let depth = 0;
  let quote = '';
  const end = Math.min(source.length, start + most);
  for (let at = start; at < end; at++) {
    const char = source[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char) && --depth < 0) return at;
    else if (depth === 0 && stops.includes(char) && at > start) return at;
  }
  return end;
}

/** `folder` of `folder.glob(`, `(a / "b")` of `(a / "b").glob(`; empty where nothing stands before, or a module. */
export function receiverBefore(source: string, at: number): string {
  if (source[at - 1] !== '.') return '';
  let depth = 0;
  let start = at - 1;
  for (; start > 0 && at - start < 200; start--) {
    const char = source[start - 1] ?? '';
    if (')]'.includes(char)) depth++;
    else if ('(['.includes(char) && --depth < 0) break;
    else if (depth === 0 && !/[\w$.@)\]("'/]/.test(char)) break;
  }
  const text = source.slice(start, at - 1);
  return MODULES.test(text) ? '' : text;
}
