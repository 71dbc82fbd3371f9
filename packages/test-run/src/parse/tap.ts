// TAP 13 and 14, with nested subtests, and what Node's test runner adds to it. Pure.
import type { TestCase } from '@awo/contracts';
import { namePath, testCase, type Parsed, type RunOutput } from './parsed.ts';
import { readDiagnostics, type Diagnostics } from './tap-yaml.ts';

const RESULT = /^( *)(not )?ok\b(?: +(\d+))?(?: +(.*))?$/;
const DIRECTIVE = /(?<!\\)# *(skip|todo)\b.*$/i;
/** What Node prints when a test file cannot be started: a syntax error, a missing module, a file type it does not know. */
const COULD_NOT_LOAD =
  /\b(SyntaxError|ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|ERR_UNKNOWN_FILE_EXTENSION|ERR_[A-Z_]*TYPESCRIPT[A-Z_]*|ERR_IMPORT_ATTRIBUTE_MISSING|TransformError)\b/;

export function parseTap(output: RunOutput): Parsed | null {
  if (!/^TAP version 1[34]/m.test(output.stdout) && !/^1\.\.\d+/m.test(output.stdout)) return null;
  const lines = output.stdout.split('\n');
  const loadErrors: Parsed['loadErrors'] = [];
  /** Cases of a depth that no result line one level up has claimed yet. */
  const open: TestCase[][] = [];
  let remarks: string[] = [];
  let planned = 0;
  let results = 0;

  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const found = RESULT.exec(line);
    if (found === null) {
      const bail = /^Bail out! *(.*)$/.exec(line);
      if (bail !== null) loadErrors.push({ where: 'the test run', message: `Bail out! ${bail[1] ?? ''}` });
      planned += Number(/^1\.\.(\d+)/.exec(line)?.[1] ?? 0);
      if (line.startsWith('# ') && !line.startsWith('# Subtest: ')) remarks.push(line.slice(2));
      continue;
    }
    const depth = Math.floor((found[1]?.length ?? 0) / 4);
    const block = readDiagnostics(lines, at + 1);
    if (block !== null) at = block.next - 1;
    if (depth === 0) results += 1;
    const inside = open.slice(depth + 1).flat();
    open.length = Math.min(open.length, depth + 1);
    while (open.length <= depth) open.push([]);
    const own = resultCase(found, block?.values ?? {}, inside);
    const notLoaded = depth === 0 ? whyNotLoaded(own, block?.values ?? {}, remarks) : null;
    if (notLoaded !== null) loadErrors.push({ where: own[0]?.name ?? '', message: notLoaded });
    else open[depth]?.push(...own);
    if (depth === 0) remarks = [];
  }
  const cases = open.flat();
  if (results === 0 && planned > 0 && cases.length === 0 && !/^TAP version/m.test(output.stdout)) return null;
  if (planned > results && !output.truncated) loadErrors.push({ where: 'the test run', message: `${planned} tests were planned, ${results} reported.` });
  return { format: 'tap', cases, loadErrors };
}

/** A leaf is a case; a parent hands its name down, and is a case itself only when it failed by itself. */
function resultCase(found: RegExpExecArray, details: Diagnostics, inside: readonly TestCase[]): TestCase[] {
  const text = found[4] ?? '';
  const directive = DIRECTIVE.exec(text)?.[1];
  const name = unescape(text.replace(DIRECTIVE, '').replace(/^- ?/, ''));
  const failed = found[2] !== undefined && directive === undefined;
  const children = inside.map((child) => ({ ...child, name: namePath(name, child.name).slice(0, 600) }));
  if (children.length > 0 && !(failed && !children.some((child) => child.outcome === 'failed'))) return children;
  if (children.length === 0 && details.type === 'suite' && !failed) return [];
  const file = /^(.*?):\d+:\d+$/.exec(details.location ?? '')?.[1];
  const more = { durationMs: details.duration_ms === undefined ? null : Number(details.duration_ms) };
  if (!failed) return [...children, testCase(name, directive === undefined ? 'passed' : 'skipped', more)];
  const message = [details.error ?? details.message ?? '', details.stack ?? ''].filter((part) => part !== '').join('\n');
  return [...children, testCase(name, 'failed', { ...more, file: file ?? details.file ?? null, message })];
}

/** Node reports a file that ended with an error as a test named like the file. */
function whyNotLoaded(own: readonly TestCase[], details: Diagnostics, remarks: readonly string[]): string | null {
  const only = own.length === 1 ? own[0] : undefined;
  if (only?.outcome !== 'failed' || details.exitCode === undefined || !/\.[cm]?[jt]sx?$/.test(only.name)) return null;
  const said = remarks.slice(-40).join('\n');
  return COULD_NOT_LOAD.test(said) ? said : null;
}

const unescape = (text: string): string => text.replace(/\\([#\\])/g, '$1').trim();
