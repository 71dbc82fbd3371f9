// The diagnostic block below a TAP result: flat keys, quoted values and text blocks, which is what runners write. Pure.

export type Diagnostics = Readonly<Record<string, string>>;

/** Reads the block that starts at `lines[at]` with `---`. `next` is the line after its end. */
export function readDiagnostics(lines: readonly string[], at: number): { values: Diagnostics; next: number } | null {
  const opening = /^( *)---/.exec(lines[at] ?? '');
  if (opening === null) return null;
  const indent = opening[1]?.length ?? 0;
  const values: Record<string, string> = {};
  let line = at + 1;
  while (line < lines.length && (lines[line] ?? '').trim() !== '...') {
    const text = (lines[line] ?? '').slice(indent);
    line += 1;
    const pair = /^([\w.-]+): ?(.*)$/.exec(text);
    if (pair === null) continue;
    const [, key = '', value = ''] = pair;
    if (!/^[|>][-+\d]*$/.test(value.trim())) {
      values[key] = unquote(value.trim());
      continue;
    }
    const block: string[] = [];
    while (line < lines.length && (/^ {2}/.test((lines[line] ?? '').slice(indent)) || (lines[line] ?? '').trim() === '')) {
      block.push((lines[line] ?? '').slice(indent + 2));
      line += 1;
    }
    values[key] = block.join('\n').trim();
  }
  return { values, next: line + 1 };
}

function unquote(value: string): string {
  if (/^'.*'$/.test(value)) return value.slice(1, -1).replaceAll("''", "'").replaceAll("\\'", "'");
  if (/^".*"$/.test(value)) return value.slice(1, -1).replaceAll('\\"', '"').replaceAll('\\n', '\n');
  return value;
}
