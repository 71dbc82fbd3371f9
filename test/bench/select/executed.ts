// Functions and lines that ran, from the character ranges of V8's coverage. Pure.
type Range = { startOffset: number; endOffset: number; count: number };
export type ScriptCoverage = { url: string; functions: readonly { functionName: string; ranges: readonly Range[] }[] };
export type Executed = { functions: string[]; lines: [number, number][] };

export function executed(source: string, { functions }: ScriptCoverage): Executed {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineOf = (offset: number): number => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  const names = new Set<string>();
  const ran = new Uint8Array(source.length);
  // Inner ranges come after the outer ones that hold them, in a function and among functions.
  for (const one of functions.toSorted(
    (a, b) => (a.ranges[0]?.startOffset ?? 0) - (b.ranges[0]?.startOffset ?? 0) || (b.ranges[0]?.endOffset ?? 0) - (a.ranges[0]?.endOffset ?? 0),
  )) {
    for (const range of one.ranges) ran.fill(range.count > 0 ? 1 : 0, range.startOffset, range.endOffset);
    const [whole] = one.ranges;
    if (whole && whole.count > 0 && (whole.startOffset > 0 || one.functionName !== ''))
      names.add(`${one.functionName || '(anonymous)'}@${lineOf(whole.startOffset)}`);
  }
  const lines: [number, number][] = [];
  for (let line = 1; line <= starts.length; line += 1) {
    const text = source.slice(starts[line - 1], starts[line] ?? source.length);
    const first = (starts[line - 1] ?? 0) + text.search(/\S/);
    // A line of closing brackets is nobody's.
    if (!/[^\s})\];,]/.test(text) || ran[first] !== 1) continue;
    const before = lines.at(-1);
    if (before && before[1] === line - 1) before[1] = line;
    else lines.push([line, line]);
  }
  return { functions: [...names].sort(), lines };
}
