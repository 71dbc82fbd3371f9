// What a container knows by a token or by the type that it is registered for: who asks for it imports only the token, or nothing. Pure.
import { type Answer, type Candidate, type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';
import { CODE, holdsType } from './injection.ts';

/** A text, `Symbol.for(text)`, or the name of a constant or class: `VAT_RATE`, `TYPES.Rate`, `Rate::class`. */
const TOKEN = '(?:Symbol\\.for\\(\\s*)?(?:["\'`]([\\w.:/-]{3,80})["\'`]|([A-Z]\\w{2,}(?:\\.[A-Z]\\w*)?)(?=[\\s,):>}]|$))';
const OWNER = '(?:\\w*[Cc]ontainer|\\w*[Ii]njector|\\w*[Rr]egistry|[Bb]inder|builder\\.[Ss]ervices|services|app|ioc|kernel|di)';
const REGISTERED = new RegExp(
  [
    `\\bprovide\\s*:\\s*${TOKEN}`,
    `\\bprovide(?:Value|Factory|Class)?\\(\\s*${TOKEN}\\s*,`,
    `\\b${OWNER}(?:\\.|->)(?:[Rr]egister\\w*|[Rr]ebind|[Bb]ind|singleton|scoped|[Ss]et|[Pp]rovide|instance|[Aa]dd)(?:<[^()\\n]*>)?\\(\\s*${TOKEN}`,
    `\\.Add(?:Keyed)?(?:Singleton|Scoped|Transient)<\\s*(\\w{3,})`,
    `@(?:Component|Service|Repository|Named|Bean|Controller|Injectable)\\(\\s*(?:(?:name|value)\\s*=\\s*)?["']([\\w.-]{3,80})["']`,
    `@(?:Bean|Provides|Produces)\\b(?:\\([^)]*\\))?(?:\\s|@\\w+(?:\\([^)]*\\))?|public|static|final){0,40}\\s([A-Z]\\w{2,})(?:<[^;{}()]{0,200}>)?\\s+\\w+\\s*\\(`,
    // awilix, and the Dependency Injector of Python.
    `\\b(\\w{2,})\\s*:\\s*(?:asValue|asFunction|asClass|aliasTo)\\(`,
    `^[ \\t]+(\\w{2,})\\s*(?::[^=\\n]*)?=\\s*providers\\.[A-Z]\\w*\\(`,
  ].join('|'),
  'gm',
);
/** Services of Symfony, as data. */
export const CONTAINER = /(?:^|\/)config\/(?:.*\/)?services(?:\/.+|[^/]*)\.ya?ml$/;
const TAGGED = /\btags:\s*\[\s*(?:\{\s*name:\s*)?(["']?[\w.-]+["']?)|^[ \t]*-[ \t]*\{\s*name:\s*(?=["']?[\w.-]+["']?)(["']?[\w.-]+["']?)/gm;
/** One word alone is everybody's: only a call that can be nothing else asks a container for it, and not one of another unit. */
const compound = (name: string): boolean => /[a-z0-9][A-Z]|[A-Za-z0-9][_.:/-][A-Za-z0-9]/.test(name);
const COMMON_TYPE = /^(String|Integer|Long|Boolean|List|Map|Set|Object|Optional|Function|Supplier|Duration|Clock|Number|Error|Array|Promise)$/;

/** Ways that only containers have. */
const asks = (n: string): RegExp =>
  new RegExp(
    [
      `\\b(?:[a-z]\\w*)?[iI]nject(?:ed|able|ion|All)?(?:<[^()\\n]*>)?\\(\\s*(?:Symbol\\.for\\(\\s*)?["'\`]?${n}(?:["'\`]|\\s*[,)])`,
      `\\binject\\b[^;\\[\\]]{0,40}\\[[^\\]]{0,400}?(?<![\\w.])["'\`]?${n}["'\`]?\\s*[,\\]]`,
      `\\b(?:${OWNER}|\\w*[Mm]oduleRef|\\w*[Pp]rovider|\\w*[Cc]ontext)(?:\\(\\))?(?:\\.|->)(?:\\w*[Gg]et|[Rr]esolve|[Mm]ake)\\w*(?:<[^()\\n]*>)?\\(\\s*["'\`]?${n}["'\`)\\s,:]`,
      `\\bcradle\\.${n}\\b|\\bcradle\\[["']${n}["']\\]|\\{[^{}]{0,400}\\b${n}\\b[^{}]{0,400}\\}\\s*=\\s*[\\w.]*cradle\\b`,
      // All that have a tag: Symfony, Laravel.
      `\\b(?:AutowireIterator|AutowireLocator|Tagged(?:Iterator|Locator)|tagged(?:_iterator|_locator)?|findTaggedServiceIds)\\(?\\s*(?:tag:\\s*)?["']?${n}(?![\\w.-])`,
      `@(?:Named|Qualifier|Resource)\\(\\s*(?:name\\s*=\\s*)?"${n}"|\\bgetBean\\(\\s*"${n}"|\\bref=["']${n}["']`,
      `\\b(?:Provide|Provider|Closing)\\[[^\\]]{0,200}(?<!\\w)${n}(?!\\w)[^\\]]{0,200}\\]|\\b\\w*[Cc]ontainer(?:\\(\\))?\\.(?:\\w+\\.)*${n}\\(`,
    ].join('|'),
  );
/** Taken out of the one parameter of a factory or constructor. */
const destructured = (n: string): RegExp =>
  new RegExp(`\\(\\s*\\{[^{}()]{0,600}(?<![\\w.:]\\s{0,9})\\b${n}\\b[^{}()]{0,600}\\}\\s*(?::[^()]{0,200})?\\)\\s*(?:=>|\\{|:)`);
/** `get('taxRate')` of whatever object. */
const mayAsk = (n: string): RegExp => new RegExp(`\\b(?:get|resolve|make|lookup|fromContainer|app|ref)\\w*\\(\\s*["'\`]${n}["'\`]`);

/** Whether `candidate` asks a container for `name`, a token. */
function asksFor(name: string, { source, sameUnit }: Pick<Candidate, 'source' | 'sameUnit'>): Answer | null {
  const own = compound(name);
  const text = withoutComments(source);
  const answer = (found: { line: number } | null, confidence: number): Answer | null =>
    found && { line: found.line, confidence, text: `asks the container for ${name}` };
  if (!own && !sameUnit) return null;
  const n = escaped(name);
  const sure = answer(firstLine(text, asks(n)), own ? (sameUnit ? 0.8 : 0.7) : 0.6);
  if (sure) return sure;
  const taken = /^[a-z_]\w*$/.test(name) ? answer(firstLine(text, destructured(n)), own && sameUnit ? 0.6 : 0.4) : null;
  return taken ?? (own ? answer(firstLine(text, mayAsk(n)), 0.6) : null);
}

/** The last line of the object of which this is the first line inside. */
function objectEnd(lines: readonly string[], line: number): number {
  const depth = (text: string): number => /^\s*/.exec(text)?.[0].length ?? 0;
  const own = depth(lines[line - 1] ?? '');
  const end = lines.findIndex((text, i) => i >= line && text.trim() !== '' && depth(text) < own);
  return end < 0 ? lines.length : end;
}

/** Registrations with what stands in them; what they take from elsewhere in the file is followed as what the file serves. */
export const provided: Detector = {
  kind: 'injection',
  signals(source, path): Signal[] {
    if (CONTAINER.test(path)) return signalsOf(withoutComments(source), TAGGED, (match) => (match[1] ?? match[2])?.replaceAll(/["']/g, ''));
    if (!CODE.test(path)) return [];
    const text = withoutComments(source);
    const lines = text.split('\n');
    return signalsOf(text, REGISTERED, (match) => match.slice(1).find((group) => group !== undefined && !COMMON_TYPE.test(group))).map((signal) =>
      signal.text.startsWith('provide') ? { ...signal, until: objectEnd(lines, signal.line) } : signal,
    );
  },
  needle: (name) => name,
  answer(name, candidate) {
    if (!CODE.test(candidate.path) && !/\.(xml|ya?ml)$/.test(candidate.path)) return null;
    const asked = asksFor(name, candidate) ?? (/^[A-Z]\w*[a-z]\w*$/.test(name) ? holdsType(name, candidate) : null);
    // A container belongs to one process: a type of another unit is mostly put in by that unit.
    return asked && !candidate.sameUnit && !asked.text.startsWith('asks') ? { ...asked, confidence: asked.confidence * 0.6 } : asked;
  },
  additionsMatter: true,
  blocks: true,
};
