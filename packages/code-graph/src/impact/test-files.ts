// Which files are tests that a runner starts, by name; those that tests only import are none. Pure.
import { basename, extension } from '../classify.ts';
import { dirname } from '../tree-index.ts';

const NAMED = [
  /[._-](test|spec|e2e|cy)\.[mc]?[jt]sx?$/,
  /_test\.go$/,
  /^test_[^/]*\.py$|_test\.py$|^tests\.py$/,
  // Surefire takes `TestCart` and `CartTestCase` as well.
  /(Tests?|IT|Specs?|TestCase)\.(java|kt|scala|cs|groovy)$|^Test[A-Z]\w*\.java$/,
  // Minitest's other name; its helper is none.
  /_(test|spec)\.rb$|^test_(?!helper)[^/]*\.rb$/,
  /(Test|Cest|Spec)\.php$/,
  /_test\.exs$|_test\.dart$/,
];
const RUNNABLE = new Set(['js', 'mjs', 'cjs', 'ts', 'mts', 'cts', 'jsx', 'tsx', 'rs']);
const TEST_FOLDER = /(^|\/)(test|tests|__tests__|spec|specs|e2e)(\/|$)/;
const SUPPORT = /(^|\/)(fixtures?|__fixtures__|__mocks__|__snapshots__|mocks?|support|helpers?|utils?|data|testdata|setup|stubs?|resources)(\/|$|\.)/i;

/** `imported`: whether another file imports it; a file in a test folder that nobody imports is run. */
export function isTestFile(path: string, imported: (path: string) => boolean): boolean {
  const name = basename(path);
  if (NAMED.some((pattern) => pattern.test(name))) return !/(^|\/)(testdata|__fixtures__|node_modules|vendor)\//.test(path);
  if (!RUNNABLE.has(extension(path)) || /\.(config|d)\.[mc]?[jt]s$/.test(name)) return false;
  const dir = dirname(path);
  return TEST_FOLDER.test(`${dir}/`) && !SUPPORT.test(path) && !imported(path);
}
