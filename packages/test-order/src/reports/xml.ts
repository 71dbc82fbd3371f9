// Reads JUnit XML and the result file that Jenkins keeps, as results of a cycle. Pure.
import type { Reported } from './import-report.ts';
import { durationMs, isNode, junitCases, junitOutcome, many, parseXml, text } from './junit.ts';
import type { XmlNode } from './junit.ts';

/** Null where there is no suite in it. */
export function readXml(source: string): Reported[] | null {
  let root: unknown;
  try {
    root = parseXml(source);
  } catch {
    return null;
  }
  if (isNode(root) && isNode(root.result) && 'suites' in root.result)
    return many(isNode(root.result.suites) ? root.result.suites.suite : []).flatMap(readJenkins);
  return junitCases(root)?.map(({ node, at }) => readCase(node, at)) ?? null;
}

function readCase(node: XmlNode, at: string | undefined): Reported {
  const classname = text(node['@classname']) || text(node['@file']);
  return { test: named(classname, text(node['@name'])), outcome: junitOutcome(node), durationMs: durationMs(node['@time']), at };
}

function readJenkins(suite: unknown): Reported[] {
  if (!isNode(suite)) return [];
  return many(isNode(suite.cases) ? suite.cases.case : [])
    .filter(isNode)
    .map((test) => ({
      test: named(text(test.className), text(test.testName)),
      outcome:
        text(test.skipped) === 'true' ? ('skipped' as const) : 'errorStackTrace' in test || 'errorDetails' in test ? ('failed' as const) : ('passed' as const),
      durationMs: durationMs(test.duration),
      at: text(suite.timestamp) || undefined,
    }));
}

/** One name of the parts that a report gives. */
export const named = (group: string, name: string): string =>
  (group === '' || name.startsWith(group) ? name : name === '' ? group : `${group}::${name}`) || '(unnamed)';
