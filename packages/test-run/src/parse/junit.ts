// Results of a run that were written as JUnit XML. Pure.
import { durationMs, isNode, junitCases, junitOutcome, many, parseXml, text } from '@awo/test-order/junit';
import type { XmlNode } from '@awo/test-order/junit';
import { namePath, testCase, type Parsed, type RunOutput } from './parsed.ts';

export function parseJunit(output: RunOutput): Parsed | null {
  const documents = output.reports.filter((file) => /<testsuites?[\s>]/.test(file.text));
  if (documents.length === 0) return null;
  const parsed: Parsed = { format: 'junit', cases: [], loadErrors: [] };
  for (const file of documents) {
    try {
      for (const { node } of junitCases(parseXml(file.text)) ?? []) read(node, output, parsed);
    } catch (error) {
      parsed.loadErrors.push({ where: file.path, message: `This JUnit report cannot be read: ${error instanceof Error ? error.message : String(error)}` });
    }
  }
  return parsed;
}

function read(node: XmlNode, output: RunOutput, parsed: Parsed): void {
  const classname = text(node['@classname']);
  const name = namePath(classname, text(node['@name']));
  const file = text(node['@file']) || pythonFile(classname || text(node['@name']), output);
  const failure = first(node.failure) ?? first(node.error);
  if (failure !== undefined && describe(failure).startsWith('collection failure')) {
    parsed.loadErrors.push({ where: file ?? name, message: describe(failure) });
    return;
  }
  const said = junitOutcome(node);
  const message = failure ?? first(node.flakyFailure) ?? first(node.flakyError);
  parsed.cases.push(
    testCase(name, said === 'error' ? 'failed' : said, {
      file,
      durationMs: durationMs(node['@time']) ?? null,
      message: message === undefined ? '' : describe(message),
    }),
  );
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

const first = (value: unknown): unknown => many(value)[0];
