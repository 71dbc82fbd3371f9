// The JSON report of mocha, on standard output or in a file. Pure.
import { z } from 'zod';
import type { TestCase } from '@awo/contracts';
import { testCase, type Parsed, type RunOutput } from './parsed.ts';

const Test = z.object({
  title: z.string(),
  fullTitle: z.string(),
  file: z.string().nullish(),
  duration: z.number().nullish(),
  err: z.object({ message: z.string().optional(), stack: z.string().optional() }).nullish(),
});
const Report = z.object({
  stats: z.object({ tests: z.number(), passes: z.number(), failures: z.number() }),
  passes: z.array(Test),
  failures: z.array(Test),
  pending: z.array(Test),
});

export function parseMochaJson(output: RunOutput): Parsed | null {
  const reports = [...output.reports.map((file) => file.text), output.stdout].flatMap(read);
  if (reports.length === 0) return null;
  const cases = reports.flatMap((report) => [
    ...report.failures.map((test) => toCase(test, 'failed')),
    ...report.passes.map((test) => toCase(test, 'passed')),
    ...report.pending.map((test) => toCase(test, 'skipped')),
  ]);
  return { format: 'mocha-json', cases, loadErrors: [] };
}

const toCase = (test: z.infer<typeof Test>, outcome: TestCase['outcome']): TestCase =>
  testCase(fullName(test), outcome, {
    file: test.file ?? null,
    durationMs: test.duration ?? null,
    message: outcome === 'failed' ? (test.err?.stack ?? test.err?.message ?? '') : '',
  });

/** mocha joins suites and title by blanks: the title at least can be told apart. */
const fullName = ({ title, fullTitle }: z.infer<typeof Test>): string =>
  fullTitle.endsWith(title) && fullTitle.length > title.length ? `${fullTitle.slice(0, -title.length).trim()} > ${title}` : fullTitle;

/** Tests may print before and after the report: it starts at a line that is `{`. */
function read(text: string): z.infer<typeof Report>[] {
  if (!text.includes('"stats"')) return [];
  const start = text.startsWith('{') ? 0 : text.indexOf('\n{\n') + 1;
  const end = text.lastIndexOf('\n}');
  try {
    const parsed = Report.safeParse(JSON.parse(text.slice(start, end < 0 ? undefined : end + 2)));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
