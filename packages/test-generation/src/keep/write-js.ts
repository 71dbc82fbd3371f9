// Tests of JavaScript and TypeScript as the repository writes its own. Pure.
import { posix } from 'node:path';
import { renderJs } from '../js/render.ts';
import type { Style } from './suite.ts';
import type { TestCase } from './test-case.ts';

export function writeJs(path: string, testPath: string, cases: readonly TestCase[], style: Style): string {
  const { framework, semicolon, indent, word, esm, imported } = style;
  const q = (text: string): string => renderJs({ t: 'str', v: text }, style.quote) ?? '';
  const from = (names: string, spec: string): string =>
    esm ? `import ${names} from ${q(spec)}${semicolon}` : `const ${names.replaceAll(' as ', ': ')} = require(${q(spec)})${semicolon}`;
  const node = framework === 'node:test';
  const lines: string[] = [];
  if (node) lines.push(from('assert', 'node:assert/strict'), from(`{ ${word} }`, 'node:test'));
  else if (imported) lines.push(from(`{ expect, ${word} }`, framework === 'vitest' ? 'vitest' : '@jest/globals'));
  const names = [
    ...new Set(cases.flatMap(({ callable, args }) => [callable.path[0] ?? '', ...args.flatMap((arg) => (arg.t === 'new' ? [arg.as] : []))])),
  ].toSorted();
  const spec = specifier(path, testPath, style);
  const local = (exported: string): string =>
    exported === 'default'
      ? (cases
          .find(({ callable }) => callable.path[0] === 'default')
          ?.callable.name.replace(/\..*$/, '')
          .replace(/^default$/, 'subject') ?? 'subject')
      : exported;
  const plain = names.filter((name) => name !== 'default');
  if (names.includes('default')) lines.push(from(local('default'), spec));
  if (plain.length > 0) lines.push(from(`{ ${plain.join(', ')} }`, spec));
  const body = cases.map((one) => {
    const { callable, written, expect, leaves } = one;
    const given = written.map((text, i) => (leaves?.at === i ? 'given' : text));
    const call = callable.receiver
      ? `${given[0]?.startsWith('new ') ? `${given[0].replace(/^new default\b/, `new ${local('default')}`)}` : given[0]}.${callable.path.at(-1)}(${given.slice(1).join(', ')})`
      : `${[local(callable.path[0] ?? ''), ...callable.path.slice(1)].join('.')}(${given.join(', ')})`;
    const awaited = callable.isAsync ? 'await ' : '';
    const statements: string[] = [];
    if (leaves) statements.push(`const given = ${written[leaves.at]}${semicolon}`);
    if (expect.kind === 'throws') {
      const fn = `() => ${call}`;
      if (node)
        statements.push(
          `${callable.isAsync ? 'await assert.rejects' : 'assert.throws'}(${fn}, { name: ${q(nameOf(expect.type))}, message: ${q(expect.message)} })${semicolon}`,
        );
      else
        statements.push(
          callable.isAsync
            ? `await expect((async () => ${call})()).rejects.toThrow(${q(expect.message)})${semicolon}`
            : `expect(${fn}).toThrow(${q(expect.message)})${semicolon}`,
        );
    } else {
      const flat = !/^(list|obj|map|date)$/.test(expect.value.t);
      if (node) statements.push(`assert.${flat ? 'equal' : 'deepEqual'}(${awaited}${call}, ${expect.written})${semicolon}`);
      else statements.push(`expect(${awaited}${call}).${flat ? 'toBe' : 'toEqual'}(${expect.written})${semicolon}`);
    }
    if (leaves) statements.push(node ? `assert.deepEqual(given, ${leaves.written})${semicolon}` : `expect(given).toEqual(${leaves.written})${semicolon}`);
    return [`${word}(${q(one.title)}, ${callable.isAsync ? 'async ' : ''}() => {`, ...statements.map((line) => indent + line), `})${semicolon}`].join('\n');
  });
  return `${lines.join('\n')}\n\n${body.join('\n\n')}\n`;
}

/** A class of the code names its errors as it likes: only those of the language are sure. */
const nameOf = (type: string): string => type;

function specifier(path: string, testPath: string, { ending }: Style): string {
  const relative = posix.relative(posix.dirname(testPath), path);
  const spec = relative.startsWith('.') ? relative : `./${relative}`;
  if (ending === 'none') return spec.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');
  return ending === 'js' ? spec.replace(/\.([cm]?)tsx?$/, '.$1js') : spec;
}
