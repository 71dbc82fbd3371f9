// SQL as it stands in texts: files of statements, strings over concatenation, heredocs. Each with what is handed along. Pure.
import { extension } from '../../classify.ts';

/** `given`: the rest of the call that the string stands in, which holds the values. */
export type Statement = { text: string; given: string; line: number };

/** Longer statements are cut off: nobody names a table behind them. */
const MAX_STATEMENT = 6000;
const MAX_GIVEN = 800;
/** A capital alone begins a sentence, not a statement. */
const cased = (words: string): string => `(?:${words}|${words.replaceAll(/(?<!\\)[A-Z]/g, (letter) => letter.toLowerCase())})`;
const START = new RegExp(
  [
    `\\b${cased('SELECT')}\\s`,
    `\\b${cased('INSERT')}\\s+(?:\\w+\\s+){0,2}?${cased('INTO')}\\s`,
    `\\b${cased('(?:REPLACE|MERGE|UPSERT)')}\\s+${cased('INTO')}\\s`,
    `\\b${cased('MERGE')}\\s+\\S+\\s`,
    `\\b${cased('UPDATE')}\\s+(?:\\w+\\s+){0,2}?[^\\s;]+[\\s"'+.\\\\]+(?:\\w+\\s+){0,2}?[\\s"'+.\\\\]*${cased('(?:SET|JOIN)')}\\s`,
    `\\b${cased('DELETE')}\\s+(?:\\w+\\s+)?${cased('FROM')}\\s`,
    `\\b${cased('WITH')}\\s+(?:\\w+\\s+)?\\w+\\s*(?:\\([^()]*\\)\\s*)?${cased('AS')}\\s[^(]{0,20}\\(`,
    `\\b${cased('(?:CREATE|ALTER|DROP|RENAME|TRUNCATE)')}\\s+(?:\\w+\\s+){0,3}?${cased('(?:TABLE|VIEW)')}\\s`,
    // Parts that are put together when the program runs.
    `(?<=["'\`](?:\\\\n|[ \\t])*|(?:"""|\`)\\s*)${cased('(?:FROM|(?:(?:LEFT|RIGHT|INNER|FULL|CROSS)\\s+(?:OUTER\\s+)?)?JOIN)')}\\s`,
  ].join('|'),
  'g',
);
/** Languages whose statements stand in strings only. */
const CODE = /^([mc]?[jt]sx?|py|go|java|kts?|scala|cs|rs|rb|php|vue|svelte|swift|dart|exs?|groovy|cc|cpp|c|h|hpp)$/;
const PLAIN = /^(sql|xml|ya?ml|toml|json|j2|jinja2?|tmpl|ddl|dml|psql|pgsql|cql|hql|properties|sh|bash|prql|erb|ipynb)$/;

/** Statements do not overlap; what one begins inside of another belongs to it. */
export function statementsIn(source: string, path: string): Statement[] {
  const ending = extension(path);
  const found: Statement[] = [];
  if (!CODE.test(ending) && !PLAIN.test(ending)) return found;
  let [line, at, done] = [1, 0, 0];
  for (const match of source.matchAll(START)) {
    if (match.index < done) continue;
    const quote = ending.endsWith('sql') ? null : quoteBefore(source, match.index);
    const one = quote !== null ? quoted(source, match.index, quote) : CODE.test(ending) ? heredoc(source, match.index) : plain(source, match.index, ending);
    if (one === null) continue;
    for (let next = source.indexOf('\n', at); next >= 0 && next < match.index; next = source.indexOf('\n', at)) [at, line] = [next + 1, line + 1];
    done = one.end;
    found.push({
      text: one.text
        .replaceAll(/\\(["'`])/g, '$1')
        .replaceAll(/\\[nrt]/g, ' ')
        .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
      given: quote === null ? '' : givenAlong(source, one.end),
      line,
    });
  }
  return found;
}

/** The mark that opens the string in which a statement begins. */
function quoteBefore(source: string, at: number): string | null {
  return /("""|'''|["'`])(?:--[^\n]*\n|\/\*[^"'`]{0,200}\*\/|\\n|[\s\w(:])*$/.exec(source.slice(Math.max(0, at - 160), at))?.[1] ?? null;
}

type Cut = { text: string; end: number };

/** Over strings that stand side by side or are put together; what stands between them is a parameter. */
function quoted(source: string, start: number, quote: string): Cut {
  let text = '';
  let at = start;
  const most = start + MAX_STATEMENT;
  for (;;) {
    let end = at;
    while (end < source.length && end < most && !source.startsWith(quote, end)) end += source[end] === '\\' ? 2 : 1;
    text += source.slice(at, end);
    if (end >= most || end >= source.length) return { text, end };
    const glue = new RegExp(`\\s*(?:(?:\\+|\\.|\\\\|<<)\\s*)?(?:([\\w.$()[\\]]{1,60})\\s*(?:\\+|\\.|<<)\\s*)?[a-zA-Z]{0,2}${quote}`, 'y');
    glue.lastIndex = end + quote.length;
    const next = glue.exec(source);
    if (!next) return { text, end: end + quote.length };
    if (next[1] !== undefined) text += ' @ ';
    at = glue.lastIndex;
  }
}

/** `<<~SQL`, `<<<SQL` and the like, up to the line that says the word again. */
function heredoc(source: string, start: number): Cut | null {
  const word = /<<[-~<]?["']?([A-Z]\w*)["']?[^\n]*\n[^<]*$/.exec(source.slice(Math.max(0, start - 2000), start))?.[1];
  if (word === undefined) return null;
  const end = source.slice(start, start + MAX_STATEMENT).search(new RegExp(`^\\s*${word}\\b`, 'm'));
  return end < 0 ? null : { text: source.slice(start, start + end), end: start + end };
}

function plain(source: string, start: number, ending: string): Cut {
  const rest = source.slice(start, start + MAX_STATEMENT);
  const end = rest.search(ending === 'sql' || ending.endsWith('ql') ? /;/ : /;|<\/|\n\s*\n/);
  return { text: end < 0 ? rest : rest.slice(0, end), end: start + (end < 0 ? rest.length : end) };
}

/** Up to the bracket that closes the call; over one that only wraps the string, as in `text('…'), values`. */
function givenAlong(source: string, from: number): string {
  let depth = /^\)\s*,/.test(source.slice(from, from + 20)) ? 1 : 0;
  for (let i = from; i < Math.min(source.length, from + MAX_GIVEN); i++) {
    const char = source[i] ?? '';
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char) && --depth < 0) return source.slice(from, i);
    else if (depth === 0 && (char === ';' || (char === '\n' && !/^\s*[,.)\]}]/.test(source.slice(i, i + 80)) && !/,\s*$/.test(source.slice(from, i)))))
      return source.slice(from, i);
  }
  return '';
}
