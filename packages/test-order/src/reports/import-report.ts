// Finds out what kind of report a text is and makes history lines of it. Pure.
import { TerminalError } from '@awo/contracts';
import type { HistoryLine } from '../lines.ts';
import { readGo } from './go.ts';
import { readJson } from './json.ts';
import { readXml } from './xml.ts';

/** What every reader gives: seconds and words of the format are gone. */
export type Reported = { test: string; outcome: HistoryLine['outcome']; durationMs: number | undefined; at: string | undefined };

/** More is no report of one run. */
const MAX_CHARACTERS = 400_000_000;

/** `cycle` is the cycle of every line. Throws TerminalError `bad-message` that names `file` and what it would understand. */
export function importReport(text: string, file: string, cycle: number): HistoryLine[] {
  if (text.length > MAX_CHARACTERS) throw refused(file, `${text.length} characters are more than a report has`);
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const found = readAny(body.trimStart(), file);
  return found.map(({ test, outcome, durationMs, at }) => ({
    cycle,
    ...(at !== undefined && !Number.isNaN(Date.parse(at)) ? { at: new Date(at).toISOString() } : {}),
    test: test.slice(0, 4096),
    outcome,
    ...(durationMs !== undefined && Number.isFinite(durationMs) && durationMs >= 0 ? { durationMs: Math.round(durationMs * 1000) / 1000 } : {}),
  }));
}

function readAny(text: string, file: string): Reported[] {
  if (text.startsWith('<')) return readXml(text) ?? fail(file, 'the XML has no testsuite, testsuites or result');
  if (!text.startsWith('{') && !text.startsWith('[')) return fail(file, text === '' ? 'it is empty' : 'it is neither XML nor JSON');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return readGo(text) ?? fail(file, `it is broken JSON (${error instanceof Error ? error.message.slice(0, 120) : 'cannot be parsed'})`);
  }
  return readJson(value) ?? readGo(text) ?? fail(file, 'this JSON is of none of these kinds');
}

const fail = (file: string, why: string): never => {
  throw refused(file, why);
};

const refused = (file: string, why: string): TerminalError =>
  new TerminalError(
    'bad-message',
    `${file} is no report: ${why}.`,
    'Understood: JUnit XML, go test -json, jest, vitest, pytest-json, CTRF, Jenkins and GitLab reports.',
  );
