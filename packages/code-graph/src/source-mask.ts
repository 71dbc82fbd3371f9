// Source with comments and text blanked out, so that a word in it is a word of the program. Offsets and lines stay as they are.
import { type Grammar, nodesOf, treeSitter } from './tree-sitter.ts';

/** `ok` false: the grammar found errors; what it took for comments and text is blanked all the same. */
export type Masked = { text: string; ok: boolean };

const QUIET: Partial<Record<Grammar, string[]>> = {
  java: ['line_comment', 'block_comment', 'string_literal', 'character_literal'],
  rust: ['line_comment', 'block_comment', 'string_literal', 'raw_string_literal', 'char_literal'],
  csharp: ['comment', 'string_literal', 'verbatim_string_literal', 'raw_string_literal', 'string_content', 'character_literal'],
  ruby: ['comment', 'string_content', 'heredoc_content'],
  php: ['text', 'comment', 'string_content', 'nowdoc_body'],
};

export async function maskSource(source: string, grammar: Grammar): Promise<Masked> {
  const parser = await treeSitter(grammar);
  const tree = parser.parse(source);
  if (!tree) return { text: source, ok: false };
  try {
    const parts: string[] = [];
    let at = 0;
    for (const { startIndex, endIndex } of nodesOf(parser, tree.rootNode, QUIET[grammar] ?? [])) {
      if (startIndex < at) continue;
      parts.push(source.slice(at, startIndex), blank(source.slice(startIndex, endIndex)));
      at = endIndex;
    }
    parts.push(source.slice(at));
    return { text: parts.join(''), ok: !tree.rootNode.hasError };
  } finally {
    tree.delete();
  }
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');

/**
 * Kotlin by its tokens: the grammars for it that are published take `class A { val x = 1 }` on one line for a mistake,
 * and a mistake widens a change to its whole unit. Comments nest; `${}` inside a text is code.
 */
export function maskKotlin(source: string): Masked {
  return kotlin(source, true);
}

/** Null where comments or texts do not end. */
export function withoutCommentsKotlin(source: string): string | null {
  const { text, ok } = kotlin(source, false);
  return ok ? text : null;
}

function kotlin(source: string, texts: boolean): Masked {
  const parts: string[] = [];
  let shown = 0;
  const hideComment = (from: number, to: number): void => {
    parts.push(source.slice(shown, from), blank(source.slice(from, to)));
    shown = to;
  };
  const hide = texts ? hideComment : (): void => undefined;
  /** Depth of braces at which each open `${` ends. */
  const templates: { depth: number; quote: string }[] = [];
  let depth = 0;
  let ok = true;
  let i = 0;
  const text = (start: number, quote: string): number => {
    let at = start;
    while (at < source.length) {
      if (quote === '"' && source[at] === '\\') at += 2;
      else if (source.startsWith('${', at)) {
        hide(start, at + 2);
        templates.push({ depth, quote });
        return at + 2;
      } else if (source.startsWith(quote, at)) {
        hide(start, at + quote.length);
        return at + quote.length;
      } else if (quote === '"' && source[at] === '\n') break;
      else at++;
    }
    ok = false;
    hide(start, at);
    return at;
  };
  while (i < source.length) {
    const rest = source.slice(i, i + 3);
    if (rest.startsWith('//')) {
      const end = source.indexOf('\n', i);
      hideComment(i, end < 0 ? source.length : end);
      i = end < 0 ? source.length : end;
    } else if (rest.startsWith('/*')) {
      let open = 0;
      const start = i;
      do {
        if (source.startsWith('/*', i)) [open, i] = [open + 1, i + 2];
        else if (source.startsWith('*/', i)) [open, i] = [open - 1, i + 2];
        else i++;
      } while (open > 0 && i < source.length);
      ok = ok && open === 0;
      hideComment(start, i);
    } else if (rest === '"""') i = text(i + 3, '"""');
    else if (rest[0] === '"') i = text(i + 1, '"');
    else if (rest[0] === "'") {
      const end = /^'(?:\\u[0-9a-fA-F]{4}|\\.|[^'\\\n])'/.exec(source.slice(i, i + 10))?.[0].length ?? 1;
      hide(i, i + end);
      i += end;
    } else {
      const open = templates.at(-1);
      if (rest[0] === '{') depth++;
      else if (rest[0] === '}' && open && open.depth === depth) {
        templates.pop();
        hide(i, i + 1);
        i = text(i + 1, open.quote);
        continue;
      } else if (rest[0] === '}') depth--;
      i++;
    }
  }
  parts.push(source.slice(shown));
  return { text: parts.join(''), ok: ok && depth === 0 && templates.length === 0 };
}
