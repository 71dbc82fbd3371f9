// Java, Kotlin, C# and PHP: packages and namespaces, what a file declares in them, what it imports and names.
import { type Family, type ImportRef, lineCounter, mentions, type Parsed, type Space } from './parsed.ts';
import { maskKotlin, type Masked, maskSource } from './source-mask.ts';

type NamedLanguage = {
  family: Family;
  mask: (source: string) => Masked | Promise<Masked>;
  /** Reads package and import statements into the space; gives the statements' own imports. */
  heads: (text: string, space: Space) => ImportRef[];
  declared: RegExp;
  /** Words that may be names of what is declared elsewhere. */
  word: RegExp;
  /** A class named in text: reflection, containers, configuration. */
  quoted?: RegExp;
};

const dotted = (name: string): string => name.replaceAll(/\\|::/g, '.').replace(/^\./, '').replaceAll(/\s/g, '');
const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const TYPES = '(?:class|interface|enum(?:[ \\t]+class)?|struct|trait|object|record(?:[ \\t]+(?:class|struct))?|@interface)[ \\t]+(\\w+)';
const JVM_IMPORT = /^[ \t]*import[ \t]+(static[ \t]+)?([\w`]+(?:\.[\w`]+)*)(\.\*)?(?:[ \t]+as[ \t]+(\w+))?[ \t]*;?/gm;
const QUOTED_JVM = /["']((?:[a-z_]\w*\.)+[A-Z]\w*)["']/g;

function jvmHeads(text: string, space: Space): ImportRef[] {
  const line = lineCounter(text);
  space.own.push(/^[ \t]*package[ \t]+([\w.`]+)/m.exec(text)?.[1]?.replaceAll('`', '') ?? '');
  const found: ImportRef[] = [];
  for (const match of text.matchAll(JVM_IMPORT)) {
    const name = (match[2] ?? '').replaceAll('`', '');
    // Kotlin and static imports take single members of a class: the class itself is found by the longest name that exists.
    if (match[3]) space.opens.push(name);
    else space.aliases.push([match[4] ?? last(name), name]);
    found.push({ how: 'import', spec: name, line: line(match.index) });
  }
  return found;
}

function csharpHeads(text: string, space: Space): ImportRef[] {
  const line = lineCounter(text);
  const found: ImportRef[] = [];
  for (const match of text.matchAll(
    /^[ \t]*(global[ \t]+)?using[ \t]+(static[ \t]+)?(?:(\w+)[ \t]*=[ \t]*)?(?:global::)?([A-Za-z_][\w.]*)[ \t]*(?:<[^;\n]*)?;/gm,
  )) {
    const name = match[4] ?? '';
    if (match[2] || match[3]) found.push({ how: 'import', spec: name, line: line(match.index) });
    if (match[3]) space.aliases.push([match[3], name]);
    else (match[1] ? space.shared : space.opens).push(name);
  }
  return found;
}

function phpHeads(text: string, space: Space): ImportRef[] {
  const line = lineCounter(text);
  const found: ImportRef[] = [];
  for (const match of text.matchAll(/^[ \t]*use[ \t]+(?:function[ \t]+|const[ \t]+)?([^;({]+?)(?:\{([^}]*)\})?[ \t]*;/gm)) {
    const inside = match[2]?.split(',').map((one) => `${match[1] ?? ''}${one.trim().replace(/^(?:function|const)\s+/, '')}`);
    for (const one of inside ?? (match[1] ?? '').split(',')) {
      const [name = '', alias] = one.trim().split(/\s+as\s+/);
      if (dotted(name) === '') continue;
      space.aliases.push([alias ?? last(dotted(name)), dotted(name)]);
      found.push({ how: 'import', spec: dotted(name), line: line(match.index) });
    }
  }
  return found;
}

const NAMED: Record<string, NamedLanguage> = {
  java: {
    family: 'jvm',
    mask: (source) => maskSource(source, 'java'),
    heads: jvmHeads,
    declared: new RegExp(`(?<![.\\w])${TYPES}`, 'g'),
    word: /\b[A-Z]\w*/g,
    quoted: QUOTED_JVM,
  },
  kt: {
    family: 'jvm',
    mask: maskKotlin,
    heads: jvmHeads,
    declared: new RegExp(
      `(?<![.\\w:])${TYPES}|\\bfun\\s+(?:<[^>]*>\\s*)?(?:[\\w<>?,. ]+\\.)?(\\w+)(?=\\s*\\()|\\b(?:val|var)\\s+(?:<[^>]*>\\s*)?(?:[\\w<>?]+\\.)?(\\w+)|\\btypealias\\s+(\\w+)`,
      'g',
    ),
    word: /\b[A-Za-z_]\w*/g,
    quoted: QUOTED_JVM,
  },
  cs: {
    family: 'csharp',
    mask: (source) => maskSource(source, 'csharp'),
    heads: csharpHeads,
    declared: new RegExp(
      `(?<![.\\w])${TYPES}|\\bdelegate\\s+[\\w<>.?\\[\\], ]+\\s(\\w+)(?=\\s*[<(])|\\bstatic\\s[^=;{}()]*?\\b(?<method>\\w+)\\s*(?:<[^>()]*>)?(?=\\(\\s*this\\s)`,
      'g',
    ),
    word: /\b[A-Z]\w*/g,
    quoted: /"((?:[A-Z]\w*\.)+[A-Z]\w*)(?:,[^"]*)?"/g,
  },
  php: {
    family: 'php',
    mask: (source) => maskSource(source, 'php'),
    heads: phpHeads,
    declared: new RegExp(`(?<![$\\w>:])${TYPES}|\\bfunction\\s+&?(\\w+)(?=\\s*\\()|^[ \\t]*const\\s+(\\w+)\\s*=`, 'gm'),
    word: /(?<![$>\w])[A-Z]\w*|(?<![$>:\w])\w+(?=\s*\()/g,
    quoted: /["']\\{0,2}((?:[A-Z]\w*\\{1,2})+[A-Z]\w*)["']/g,
  },
};
const CHAIN = /(?<![$\w.\\])\\?[A-Za-z_]\w*(?:(?:\.|\\|::)[A-Za-z_]\w*)+/g;
/** Longer names than this are data. */
const MAX_NAME = 150;

export async function parseNamed(source: string, ending: string): Promise<Parsed> {
  const language = NAMED[ending === 'kts' ? 'kt' : ending];
  if (!language) throw new Error(`no language of names has the ending ${ending}`);
  const { text, ok } = await language.mask(source);
  const space: Space = { family: language.family, own: [], opens: [], shared: [], declares: [], aliases: [], uses: '' };
  const imports = language.heads(text, space);
  space.declares = [...declarations(text, language, space)];
  space.uses = usesOf(text, source, language);
  return { ok, imports: [...imports, ...(ending === 'php' ? included(source) : []), ...mentions(source)], space };
}

const under = (space: string, name: string): string => (space === '' ? name : `${space}.${name}`);

/** What stands outside of every bracket but those of namespaces; of C# the methods that extend other types as well. */
function declarations(text: string, { declared, family }: NamedLanguage, space: Space): Set<string> {
  const found = new Set<string>();
  /** A namespace to return to, or null for a bracket of code. */
  const open: (string | null)[] = [];
  let current = family === 'jvm' ? (space.own[0] ?? '') : '';
  const marks = new RegExp(`[{}()]|\\bnamespace\\s+([\\w.\\\\]+)\\s*([;{])|${declared.source}`, declared.flags);
  for (const match of text.matchAll(marks)) {
    const [all, opened, end, ...names] = match;
    if (opened !== undefined) {
      if (end === '{') open.push(current);
      current = family === 'csharp' && end === '{' ? under(current, dotted(opened)) : dotted(opened);
      space.own.push(current);
    } else if (all === '{' || all === '(') open.push(null);
    else if (all === '}' || all === ')') current = open.pop() ?? current;
    else {
      const name = names.find((one) => one !== undefined);
      if (name !== undefined && (match.groups?.['method'] !== undefined || !open.includes(null))) found.add(under(current, name));
    }
  }
  if (space.own.length === 0) space.own.push('');
  return found;
}

function usesOf(text: string, source: string, { word, quoted }: NamedLanguage): string {
  const line = lineCounter(text);
  const found = new Map<string, number>();
  const add = (name: string, at: number): void => {
    if (name.length <= MAX_NAME && !found.has(name)) found.set(name, line(at));
  };
  const body = text.replaceAll(/^[ \t]*(?:(?:import|package|namespace)\b|(?:global[ \t]+)?using[ \t]+[\w.=< >]+;|use[ \t]+[\w\\]+\\).*$/gm, (all) =>
    ' '.repeat(all.length),
  );
  for (const match of body.matchAll(word)) add(match[0], match.index);
  for (const match of body.matchAll(CHAIN)) if (/[A-Z]|\\/.test(match[0])) add(dotted(match[0]), match.index);
  if (quoted) for (const match of source.matchAll(quoted)) add(dotted((match[1] ?? '').replaceAll('\\\\', '\\')), match.index);
  return [...found].map(([name, at]) => `${name}:${at}`).join(' ');
}

/** `require __DIR__ . '/x.php'`, `include dirname(__DIR__) . '/y.php'`, `require_once 'z.php'`. */
function included(source: string): ImportRef[] {
  const line = lineCounter(source);
  return [...source.matchAll(/\b(?:require|include)(?:_once)?\b\s*\(?\s*([^;'"]*)["']([^'"\n]+)["']/g)].map((match) => {
    const ups = /dirname\s*\(\s*__DIR__\s*,\s*(\d)/.exec(match[1] ?? '')?.[1];
    const up = ups === undefined ? (match[1]?.match(/dirname/g)?.length ?? 0) - (/__FILE__/.test(match[1] ?? '') ? 1 : 0) : Number(ups);
    return { how: 'folder', spec: `./${'../'.repeat(Math.max(0, up))}${(match[2] ?? '').replace(/^\//, '')}`, line: line(match.index) };
  });
}
