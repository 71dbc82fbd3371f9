// The one reader of JUnit XML, as pytest, Maven Surefire, Gradle and most other runners write it. Pure.
import { XMLParser } from 'fast-xml-parser';

export type XmlNode = { readonly [key: string]: unknown };

export const isNode = (value: unknown): value is XmlNode => typeof value === 'object' && value !== null && !Array.isArray(value);
export const many = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

// A test can print what it likes: only the five entities of XML itself are replaced, and those without a bound.
const xml = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, parseAttributeValue: false, processEntities: false });

/** The document as nested records: attributes begin with `@`, what is repeated is a list. Throws where it is no XML. */
export const parseXml = (source: string): unknown => xml.parse(source);

/** A `testcase` with the `timestamp` of the suite that it stands in. */
type Case = { node: XmlNode; at: string | undefined };

/** Every test case at any depth; null where there is no suite in it. */
export function junitCases(root: unknown): Case[] | null {
  if (!isNode(root) || (!('testsuites' in root) && !('testsuite' in root))) return null;
  const found: Case[] = [];
  // Not recursive: depth is the writer's choice.
  const queue: { node: unknown; at: string | undefined }[] = [{ node: root, at: undefined }];
  for (let i = 0; i < queue.length; i += 1) {
    const { node, at } = queue[i] ?? { node: undefined, at: undefined };
    if (!isNode(node)) continue;
    const stamp = text(node['@timestamp']) || at;
    for (const test of many(node.testcase)) if (isNode(test)) found.push({ node: test, at: stamp });
    for (const inner of [...many(node.testsuites), ...many(node.testsuite)]) queue.push({ node: inner, at: stamp });
  }
  return found;
}

/** What a test case says of itself. `error` is a test that could not run to its end, which most runners count as failed. */
export function junitOutcome(node: XmlNode): 'failed' | 'error' | 'skipped' | 'flaky' | 'passed' {
  if ('failure' in node) return 'failed';
  if ('error' in node) return 'error';
  if ('skipped' in node) return 'skipped';
  return 'flakyFailure' in node || 'flakyError' in node ? 'flaky' : 'passed';
}

/** Milliseconds; undefined where no time is given. Some writers group thousands: `1,234.5`. */
export const durationMs = (value: unknown): number | undefined => {
  const seconds = Number(text(value).replaceAll(',', '') || Number.NaN);
  return Number.isNaN(seconds) ? undefined : seconds * 1000;
};

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** A value's text, with XML's own entities replaced; empty where it is no text. */
export const text = (value: unknown): string =>
  typeof value !== 'string'
    ? ''
    : value.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g, (whole, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name] ?? whole;
        const point = Number.parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      });
