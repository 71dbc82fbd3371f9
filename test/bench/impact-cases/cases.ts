// Cases of the impact bench as text: one repository each, before and after a change. Pure.

/** One repository of two commits, and what its change truly affects. */
export type Case = {
  index: number;
  /** The word before the colon of its title: the kind of dependency. */
  kind: string;
  title: string;
  before: ReadonlyMap<string, string>;
  after: ReadonlyMap<string, string>;
  /** Test files that the change affects. */
  reaches: string[];
  /** Test files that only look affected. */
  spares: string[];
  /** Units that the change touches, where no test notices. */
  units: string[];
};

const HEAD = /^(reaches|spares|unit) (.+)$/;
/** `‹old|new›`; a bar of either text is written `\|`. */
const MARK = /‹((?:\\[\s\S]|[^|\\›])*)\|((?:\\[\s\S]|[^›])*?)›/g;

/** Cases begin with `### kind: title`, their files with `-- path`. A file that is empty on one side is not there on that side, where the marks made it so. */
export function casesOf(text: string, first: number): Case[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((part, i) => caseOf(part, first + i));
}

function caseOf(part: string, index: number): Case {
  const [head = '', ...files] = part.split(/^-- /m);
  const [title = '', ...lines] = head.trim().split('\n');
  const told = lines.map((line) => {
    const [, word, path] = HEAD.exec(line) ?? [];
    if (word === undefined || path === undefined) throw new Error(`${title}: expected reaches, spares or unit and a path, not "${line}".`);
    return { word, path };
  });
  const of = (word: string): string[] => told.filter((one) => one.word === word).map(({ path }) => path);
  const before = new Map<string, string>();
  const after = new Map<string, string>();
  for (const file of files) {
    const end = file.indexOf('\n');
    const path = file.slice(0, end);
    const text = `${file.slice(end + 1).trimEnd()}\n`;
    const changed = text.match(MARK) !== null;
    for (const [side, to] of [
      [1, before],
      [2, after],
    ] as const) {
      const own = text.replace(MARK, (...found: string[]) => (found[side] ?? '').replaceAll('\\|', '|'));
      if (!changed || own.trim() !== '') to.set(path, own);
    }
  }
  if ([...after].every(([path, own]) => before.get(path) === own)) throw new Error(`${title}: nothing changes.`);
  for (const { path, word } of told) if (word !== 'unit' && !after.has(path)) throw new Error(`${title}: no file ${path}.`);
  return { index, kind: title.split(':')[0] ?? '', title, before, after, reaches: of('reaches'), spares: of('spares'), units: of('unit') };
}
