// Tests of Python as the repository writes its own. Pure.
import { renderPython } from '../python/literals.ts';
import type { Style } from './suite.ts';
import { names } from './test-case.ts';
import type { TestCase } from './test-case.ts';

const STANDARD: readonly [string, string][] = [
  ['Decimal', 'decimal'],
  ['SimpleNamespace', 'types'],
  ['date', 'datetime'],
  ['datetime', 'datetime'],
  ['timedelta', 'datetime'],
];

/** `module` is its name as the tests import it; `declared` are the names that it has. */
export function writePython(module: string, declared: ReadonlySet<string>, cases: readonly TestCase[], { framework, indent }: Style): string {
  const unittest = framework === 'unittest';
  const text = cases
    .flatMap(({ written, expect, leaves }) => [...written, expect.kind === 'returns' ? expect.written : expect.type, leaves?.written ?? ''])
    .join('\n')
    .replaceAll(/"(\\.|[^"\\])*"/g, '""');
  const used = new Set(text.match(/\b[A-Za-z_]\w*\b/g) ?? []);
  const called = cases.map(({ callable }) => callable.path[0] ?? '');
  const own = [...new Set([...called, ...[...used].filter((name) => declared.has(name) && new RegExp(`\\b${name}[(.]|^${name}$`, 'm').test(text))])].toSorted();
  const standard = STANDARD.filter(([name]) => used.has(name) && !own.includes(name));
  const imports = [
    ...(cases.some(({ callable }) => callable.isAsync) ? ['import asyncio'] : []),
    ...(unittest ? ['import unittest'] : []),
    ...[...new Set(standard.map(([, from]) => from))].toSorted().map(
      (from) =>
        `from ${from} import ${standard
          .filter(([, where]) => where === from)
          .map(([name]) => name)
          .join(', ')}`,
    ),
  ];
  const foreign = !unittest && cases.some(({ expect }) => expect.kind === 'throws') ? ['import pytest'] : [];
  const head = [imports, foreign, [`from ${module} import ${own.join(', ')}`]]
    .filter((some) => some.length > 0)
    .map((some) => some.join('\n'))
    .join('\n\n');
  const titles = names(
    cases,
    (words) =>
      `test_${words
        .join('_')
        .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
        .toLowerCase()}`,
  );
  const bodies = cases.map((one, i) => {
    const lines = statements(one, unittest, indent);
    const by = unittest ? indent : '';
    return [`${by}def ${titles[i]}(${unittest ? 'self' : ''}):`, ...lines.map((line) => `${by}${indent}${line}`)].join('\n');
  });
  if (!unittest) return `${head}\n\n\n${bodies.join('\n\n\n')}\n`;
  return `${head}\n\n\nclass Characterisation(unittest.TestCase):\n${bodies.join('\n\n')}\n`;
}

function statements({ callable, written, expect, leaves }: TestCase, unittest: boolean, indent: string): string[] {
  const given = written.map((text, i) => (leaves?.at === i ? 'given' : text));
  const plain = callable.receiver ? `${given[0]}.${callable.path[1]}(${given.slice(1).join(', ')})` : `${callable.path.join('.')}(${given.join(', ')})`;
  const call = callable.isAsync ? `asyncio.run(${plain})` : plain;
  const lines = leaves ? [`given = ${written[leaves.at]}`] : [];
  if (expect.kind === 'throws') {
    const message = renderPython({ t: 'str', v: expect.message }) ?? '""';
    lines.push(unittest ? `with self.assertRaises(${expect.type}) as caught:` : `with pytest.raises(${expect.type}) as caught:`, `${indent}${call}`);
    lines.push(unittest ? `self.assertEqual(str(caught.exception), ${message})` : `assert str(caught.value) == ${message}`);
    return lines;
  }
  const single = expect.written === 'None' || expect.written === 'True' || expect.written === 'False';
  lines.push(
    unittest
      ? single
        ? `self.assertIs(${call}, ${expect.written})`
        : `self.assertEqual(${call}, ${expect.written})`
      : `assert ${call} ${single ? 'is' : '=='} ${expect.written}`,
  );
  if (leaves) lines.push(unittest ? `self.assertEqual(given, ${leaves.written})` : `assert given == ${leaves.written}`);
  return lines;
}
