// Log lines to templates: words that vary become a mark (P. He et al., "Drain: an online log parsing approach with fixed depth tree", ICWS 2017). Pure.

/** In the order of preference, where several fit from one place: colours, times, ids, addresses, long hexadecimals, numbers. */
const VARIES =
  /\p{Cc}\[[0-9;]*m|\b(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)|\b(\d\d:\d\d:\d\d(?:[.,]\d+)?)\b|\b([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b|\b(\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?)\b|\b((?=[0-9a-f]*\d)[0-9a-f]{8,})\b|\b(\d+(?:\.\d+)?)\b/giu;
const MARKS = ['<time>', '<time>', '<id>', '<ip>', '<id>', '<n>'];
const marked = (word: string): string =>
  // Most words hold no digit and no colour: they stay as they are, without the search for what varies.
  DIGIT.test(word) ? word.replace(VARIES, (_, ...groups: unknown[]) => MARKS[groups.findIndex((g) => typeof g === 'string')] ?? '') : word;
const DIGIT = /\d/;
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
    // Lines that differ in digits only are of one template: no need to look closer.
    const alikeInWords = message.replace(/[0-9]+/g, '#');
    const seen = this.#known.get(alikeInWords);
    if (seen !== undefined) return seen;
    const tokens = (message.length > MAX_CHARS ? message.slice(0, MAX_CHARS) : message).trim().split(/\s+/, MAX_TOKENS).map(marked);
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
    if (this.#known.size < 50_000) this.#known.set(alikeInWords, found);
    return found;
  }
}

function alike(template: readonly string[], tokens: readonly string[]): number {
  let same = 0;
  for (let i = 0; i < tokens.length; i += 1) if (template[i] === tokens[i]) same += 1;
  return tokens.length === 0 ? 1 : same / tokens.length;
}
