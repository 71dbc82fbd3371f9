// Imports of style sheets (CSS, SCSS, Less): @import, @use, @forward, url(). Pure.
import { type ImportRef, lineCounter, type Parsed } from './parsed.ts';

const REFERENCE =
  /@(?:import|use|forward|plugin|config|source|tailwind|reference)\s+(?:\([^)]*\)\s*)?(?:url\(\s*)?(["'])([^"'\n]+)\1|url\(\s*(["']?)([^"')\n]+)\3\s*\)/g;

/** A style sheet is never unparsable: its references are found wherever they stand. */
export function parseCss(source: string): Parsed {
  const line = lineCounter(source);
  const imports: ImportRef[] = [];
  for (const match of source.matchAll(REFERENCE)) {
    const spec = match[2] ?? match[4] ?? '';
    if (!/^(data:|https?:|\/\/|#)/.test(spec)) imports.push({ how: 'import', spec: spec.replace(/^~/, ''), line: line(match.index) });
  }
  return { ok: true, imports };
}
