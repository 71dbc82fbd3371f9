// Chooses the parser: the declared runner's first, then whichever recognises what really came out. Pure.
import type { Suite } from '@awo/contracts';
import { parseCargo } from './cargo.ts';
import { parseGoJson, parseGoText } from './go.ts';
import { parseJestJson } from './jest-json.ts';
import { parseJunit } from './junit.ts';
import { parseMochaJson } from './mocha-json.ts';
import type { Parsed, Parser, RunOutput } from './parsed.ts';
import { parseTap } from './tap.ts';
import { parseTextReport } from './text-report.ts';
import { parseUnittest } from './unittest.ts';

/** From the most exact format to the loosest. */
const ALL: readonly Parser[] = [parseJestJson, parseMochaJson, parseGoJson, parseTap, parseJunit, parseUnittest, parseCargo, parseGoText, parseTextReport];

const FIRST: Readonly<Record<Suite['runner'], readonly Parser[]>> = {
  'node:test': [parseTap],
  tap: [parseTap],
  vitest: [parseJestJson],
  jest: [parseJestJson],
  mocha: [parseMochaJson, parseTextReport],
  pytest: [parseJunit],
  unittest: [parseUnittest],
  go: [parseGoJson, parseGoText],
  cargo: [parseCargo],
  maven: [parseJunit],
  gradle: [parseJunit],
  junit: [parseJunit],
  'exit-code': [],
};

/** Null where nothing in the output or the report files is known: then only the exit code speaks. */
export function parseOutput(runner: Suite['runner'], output: RunOutput): Parsed | null {
  for (const parse of [...FIRST[runner], ...ALL]) {
    const parsed = parse(output);
    if (parsed !== null) return parsed;
  }
  return null;
}
