// Reads JUnit XML and the result file that Jenkins keeps. Pure.
import { XMLParser } from 'fast-xml-parser';
import type { Reported } from './import-report.ts';

type Node = { readonly [key: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const many = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

// A test can print what it likes: only the five entities of XML itself are replaced, and those without a bound.
const xml = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, parseAttributeValue: false, processEntities: false });

/** Null where there is no suite in it. */
export function readXml(source: string): Reported[] | null {
  let root: unknown;
  try {
    root = xml.parse(source);
  } catch {
    return null;
  }
  if (!isNode(root)) return null;
  if (isNode(root.result) && 'suites' in root.result) return many(isNode(root.result.suites) ? root.result.suites.suite : []).flatMap(readJenkins);
  if (!('testsuites' in root) && !('testsuite' in root)) return null;
  const found: Reported[] = [];
  // Not recursive: depth is the writer's choice.
  const queue: { node: unknown; at: string | undefined }[] = [{ node: root, at: undefined }];
  for (let i = 0; i < queue.length; i += 1) {
    const { node, at } = queue[i] ?? { node: undefined, at: undefined };
    if (!isNode(node)) continue;
    const stamp = text(node['@timestamp']) || at;
    for (const test of many(node.testcase)) if (isNode(test)) found.push(readCase(test, stamp));
    for (const inner of [...many(node.testsuites), ...many(node.testsuite)]) queue.push({ node: inner, at: stamp });
  }
  return found;
}

function readCase(node: Node, at: string | undefined): Reported {
  const classname = text(node['@classname']) || text(node['@file']);
  const name = text(node['@name']);
  const outcome =
    'failure' in node
      ? 'failed'
      : 'error' in node
        ? 'error'
        : 'skipped' in node
          ? 'skipped'
          : 'flakyFailure' in node || 'flakyError' in node
            ? 'flaky'
            : 'passed';
  return { test: named(classname, name), outcome, durationMs: seconds(text(node['@time'])), at };
}

function readJenkins(suite: unknown): Reported[] {
  if (!isNode(suite)) return [];
  return many(isNode(suite.cases) ? suite.cases.case : [])
    .filter(isNode)
    .map((test) => ({
      test: named(text(test.className), text(test.testName)),
      outcome:
        text(test.skipped) === 'true' ? ('skipped' as const) : 'errorStackTrace' in test || 'errorDetails' in test ? ('failed' as const) : ('passed' as const),
      durationMs: seconds(text(test.duration)),
      at: text(suite.timestamp) || undefined,
    }));
}

const seconds = (value: string): number | undefined => (value === '' ? undefined : Number(value.replaceAll(',', '')) * 1000);

/** One name of the parts that a report gives. */
export const named = (group: string, name: string): string =>
  (group === '' || name.startsWith(group) ? name : name === '' ? group : `${group}::${name}`) || '(unnamed)';

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const text = (value: unknown): string =>
  typeof value !== 'string'
    ? ''
    : value.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g, (whole, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name] ?? whole;
        const point = Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      });
