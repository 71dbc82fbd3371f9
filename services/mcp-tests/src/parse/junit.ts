// JUnit XML, as pytest, Maven Surefire, Gradle and most other runners write it. Pure.
import { XMLParser } from 'fast-xml-parser';
import type { TestCase } from '@awo/contracts';
import { namePath, testCase, type Parsed, type RunOutput } from './parsed.ts';

const REPEATED = new Set(['testsuite', 'testcase', 'failure', 'error', 'flakyFailure', 'flakyError', 'rerunFailure', 'rerunError']);
const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => REPEATED.has(name),
  // A test can print what it likes: only the five entities of XML itself are replaced, and those without a bound.
  processEntities: false,
});

type Node = { readonly [key: string]: unknown };

export function parseJunit(output: RunOutput): Parsed | null {
  const documents = output.reports.filter((file) => /<testsuites?[\s>]/.test(file.text));
  if (documents.length === 0) return null;
  const parsed: Parsed = { format: 'junit', cases: [], loadErrors: [] };
  for (const file of documents) {
    try {
      for (const node of testNodes(xml.parse(file.text))) read(node, output, parsed);
    } catch (error) {
      parsed.loadErrors.push({ where: file.path, message: `This JUnit report cannot be read: ${error instanceof Error ? error.message : String(error)}` });
    }
  }
  return parsed;
}

function read(node: Node, output: RunOutput, parsed: Parsed): void {
  const classname = text(node['@classname']);
  const name = namePath(classname, text(node['@name']));
  const file = text(node['@file']) || pythonFile(classname || text(node['@name']), output);
  const failure = first(node.failure) ?? first(node.error);
  if (failure !== undefined && describe(failure).startsWith('collection failure')) {
    parsed.loadErrors.push({ where: file ?? name, message: describe(failure) });
    return;
  }
  const seconds = Number(text(node['@time']).replaceAll(',', '') || Number.NaN);
  const again = first(node.flakyFailure) ?? first(node.flakyError);
  const outcome: TestCase['outcome'] = failure !== undefined ? 'failed' : 'skipped' in node ? 'skipped' : again !== undefined ? 'flaky' : 'passed';
  const said = failure ?? again;
  parsed.cases.push(testCase(name, outcome, { file, durationMs: seconds * 1000, message: said === undefined ? '' : describe(said) }));
}

/** Every `testcase` at any depth. */
function* testNodes(node: unknown): Generator<Node> {
  if (!isNode(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'testsuites' && key !== 'testsuite' && key !== 'testcase') continue;
    for (const each of Array.isArray(value) ? value : [value])
      if (key !== 'testcase') yield* testNodes(each);
      else if (isNode(each)) yield each;
  }
}

/** pytest names the module, `tests.test_cart.TestTotals`: the longest part of it that is a file. */
function pythonFile(classname: string, output: RunOutput): string | null {
  const parts = classname.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const path = `${parts.slice(0, length).join('/')}.py`;
    if (output.isFile(path)) return path;
  }
  return null;
}

function describe(failure: unknown): string {
  if (!isNode(failure)) return text(failure);
  const message = text(failure['@message']);
  const body = text(failure['#text']);
  return body.startsWith(message) ? body : [message, body].filter((part) => part !== '').join('\n');
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const text = (value: unknown): string =>
  typeof value !== 'string'
    ? ''
    : value.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g, (whole, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name] ?? whole;
        const point = Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      });
