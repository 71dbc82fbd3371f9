// Log lines to templates: words that vary become a mark (P. He et al., "Drain: an online log parsing approach with fixed depth tree", ICWS 2017). Pure.

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\p{Cc}\[[0-9;]*m/gu, ''],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, '<time>'],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<id>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<ip>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<id>'],
  [/\b\d+(?:\.\d+)?\b/g, '<n>'],
];
const MAX_TOKENS = 40;
const MAX_CHARS = 600;
const ALIKE = 0.6;
const WILD = '<*>';

export type Template = { id: number; tokens: string[] };

/** Groups lines by length and first word, then by share of equal words. `limit` templates at most; null past it. */
export class TemplateMiner {
  readonly templates: Template[] = [];
  readonly #groups = new Map<string, Template[]>();
  readonly #known = new Map<string, Template>();
  readonly #limit: number;

  constructor(limit = 4000) {
    this.#limit = limit;
  }

  add(message: string): Template | null {
    let masked = message.slice(0, MAX_CHARS);
    for (const [pattern, mark] of MASKS) masked = masked.replace(pattern, mark);
    const seen = this.#known.get(masked);
    if (seen !== undefined) return seen;
    const tokens = masked.trim().split(/\s+/).slice(0, MAX_TOKENS);
    const key = `${tokens.length} ${tokens[0] ?? ''}`;
    const group = this.#groups.get(key) ?? [];
    let found = group.find((one) => alike(one.tokens, tokens) >= ALIKE);
    if (found === undefined) {
      if (this.templates.length >= this.#limit) return null;
      found = { id: this.templates.length, tokens };
      this.templates.push(found);
      group.push(found);
      this.#groups.set(key, group);
    } else found.tokens = found.tokens.map((token, i) => (token === tokens[i] ? token : WILD));
    if (this.#known.size < 50_000) this.#known.set(masked, found);
    return found;
  }
}

function alike(template: readonly string[], tokens: readonly string[]): number {
  let same = 0;
  for (let i = 0; i < tokens.length; i += 1) if (template[i] === tokens[i]) same += 1;
  return tokens.length === 0 ? 1 : same / tokens.length;
}
