// The text of Python's unittest (`-v` names every test). It goes to standard error. Pure.
import { countsOf, namePath, testCase, type Parsed, type RunOutput } from './parsed.ts';

const SECTION = /^(ERROR|FAIL|UNEXPECTED SUCCESS): (.+)$/;
const RAN = /^Ran (\d+) tests? in [\d.]+s/m;

export function parseUnittest(output: RunOutput): Parsed | null {
  const text = RAN.test(output.stderr) ? output.stderr : output.stdout;
  const ran = Number(RAN.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(ran)) return null;
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^={40,}$/.test(line));
  const parsed: Parsed = { format: 'unittest', cases: [], loadErrors: [] };
  for (const { name, title, message } of sections(start < 0 ? [] : lines.slice(start)))
    if (/_FailedTest|Failed to import test module/.test(`${title}${message}`)) parsed.loadErrors.push({ where: name, message });
    else parsed.cases.push(testCase(name, 'failed', { file: fileIn(message), message }));

  let last = '';
  for (const line of start < 0 ? lines : lines.slice(0, start)) {
    const named = /^(\S+ \([\w.<>]+\))/.exec(line)?.[1];
    if (named !== undefined) last = readableName(named);
    const green = /(?:^|\.\.\. )(ok|expected failure|skipped ['"].*)$/.exec(line)?.[1];
    if (green === undefined || last === '') continue;
    parsed.cases.push(testCase(last, green.startsWith('skipped') ? 'skipped' : 'passed'));
    last = '';
  }
  return { ...parsed, counts: total(parsed, ran, lines) };
}

/** `FAIL: test_total (test_cart.Totals.test_total)` and the traceback below it. */
function sections(lines: readonly string[]): { name: string; title: string; message: string }[] {
  const found: { name: string; title: string; body: string[] }[] = [];
  for (const line of lines) {
    const title = SECTION.exec(line);
    if (title !== null)
      found.push({ name: readableName(title[2] ?? ''), title: line, body: title[1] === 'UNEXPECTED SUCCESS' ? ['Expected to fail, and passed.'] : [] });
    else if (/^(={40,}|-{40,})$/.test(line) || RAN.test(line)) continue;
    else found.at(-1)?.body.push(line);
  }
  return found.map(({ name, title, body }) => ({ name, title, message: body.join('\n').trim() }));
}

/** Python 3.11 and newer repeat the method in the brackets, older ones do not. */
function readableName(text: string): string {
  const parts = /^(\S+) \(([^)]*)\)(.*)$/.exec(text);
  if (parts === null) return text;
  const [, method = '', owner = '', rest = ''] = parts;
  return namePath(owner.endsWith(`.${method}`) ? owner.slice(0, -method.length - 1) : owner, `${method}${rest}`);
}

/** The last file of the traceback that is no library of Python's. */
const fileIn = (message: string): string | null =>
  [...message.matchAll(/File "([^"]+)", line \d+/g)]
    .map((match) => match[1] ?? '')
    .filter((path) => !/\/lib\/python\d|site-packages/.test(path))
    .at(-1) ?? null;

/** Without `-v` passed tests are only dots: then the last lines tell how many there were. */
function total(parsed: Parsed, ran: number, lines: readonly string[]): NonNullable<Parsed['counts']> {
  const named = countsOf(parsed.cases);
  const skipped = Math.max(named.skipped, Number(/skipped=(\d+)/.exec(lines.slice(-4).join(' '))?.[1] ?? 0));
  const failed = named.failed + parsed.loadErrors.length;
  return { ...named, skipped, passed: Math.max(named.passed, ran - failed - skipped) };
}
