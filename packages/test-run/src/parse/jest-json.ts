// The JSON report that jest and vitest both write. Pure.
import { z } from 'zod';
import { loadErrorCase, namePath, testCase, type Parsed, type RunOutput } from './parsed.ts';

const Report = z.object({
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

export function parseJestJson(output: RunOutput): Parsed | null {
  const reports = [...output.reports.map((file) => file.text), output.stdout].flatMap((text) => read(text));
  if (reports.length === 0) return null;
  const parsed: Parsed = { format: 'jest-json', cases: [], loadErrors: [] };
  for (const file of reports.flatMap((report) => report.testResults)) {
    for (const test of file.assertionResults)
      parsed.cases.push(
        testCase(namePath(...test.ancestorTitles, test.title), outcome(test.status), {
          file: file.name,
          durationMs: test.duration ?? null,
          message: test.failureMessages?.join('\n') ?? '',
        }),
      );
    if (file.status !== 'failed' || file.assertionResults.some((test) => test.status === 'failed')) continue;
    // Tests ran and yet the file failed: a hook or a late error. No test ran: the file could not be loaded.
    if (file.assertionResults.length > 0) parsed.cases.push(testCase(file.name, 'failed', { file: file.name, message: file.message ?? '' }));
    else parsed.loadErrors.push({ where: file.name, message: loadErrorCase(file.name, file.message ?? 'no tests ran').message ?? '' });
  }
  return parsed;
}

const outcome = (status: string): 'passed' | 'failed' | 'skipped' => (status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : 'skipped');

/** The report in a text: all of it, or the one line of it that is the report (`--json` without a file). */
function read(text: string): z.infer<typeof Report>[] {
  if (!text.includes('"testResults"')) return [];
  for (const candidate of [text, ...text.split('\n').filter((line) => line.startsWith('{'))]) {
    try {
      const parsed = Report.safeParse(JSON.parse(candidate));
      if (parsed.success) return [parsed.data];
    } catch {
      continue;
    }
  }
  return [];
}
