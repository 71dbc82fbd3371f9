// Tests of instrument.
import { describe, expect, test } from 'vitest';
import type { TestCase } from '@awo/contracts';
import { instrument } from './instrument.ts';
import { narrow, pickFiles } from './narrow.ts';

const line = (text: string): string[] => text.split(' ');
const added = (command: string, runner: Parameters<typeof instrument>[0]['runner'], scripts: Record<string, string> = {}) => {
  const { command: words, env } = instrument({ command: line(command), runner }, scripts, '/r');
  return { command: words.join(' '), env };
};

describe('what is added to a command so that its result can be read', () => {
  test.each([
    ['node --test', 'node:test', {}, 'node --test-reporter=tap --test', {}],
    ['node --test src/a.test.js', 'node:test', {}, 'node --test-reporter=tap --test src/a.test.js', {}],
    ['npm test', 'node:test', { test: 'node --test' }, 'npm test', { NODE_OPTIONS: '--test-reporter=tap' }],
    ['npm run test:unit', 'node:test', { 'test:unit': 'tsx --test src' }, 'npm run test:unit', { NODE_OPTIONS: '--test-reporter=tap' }],
    ['vitest run', 'vitest', {}, 'vitest run --reporter=default --reporter=json --outputFile.json=/r/vitest.json', {}],
    ['npx vitest run', 'vitest', {}, 'npx vitest run --reporter=default --reporter=json --outputFile.json=/r/vitest.json', {}],
    ['npm test', 'vitest', { test: 'vitest run' }, 'npm test -- --reporter=default --reporter=json --outputFile.json=/r/vitest.json', {}],
    ['pnpm test', 'vitest', { test: 'TZ=UTC vitest' }, 'pnpm test --reporter=default --reporter=json --outputFile.json=/r/vitest.json', {}],
    ['yarn test', 'jest', { test: 'jest' }, 'yarn test --json --outputFile=/r/jest.json', {}],
    ['npm test -- --ci', 'jest', { test: 'jest' }, 'npm test -- --ci --json --outputFile=/r/jest.json', {}],
    ['python3 -m pytest -q', 'pytest', {}, 'python3 -m pytest -q', { PYTEST_ADDOPTS: '--junitxml=/r/pytest.xml' }],
    ['make test', 'pytest', {}, 'make test', { PYTEST_ADDOPTS: '--junitxml=/r/pytest.xml' }],
    ['python3 -m unittest discover -s tests', 'unittest', {}, 'python3 -m unittest discover -s tests -v', {}],
    ['go test ./...', 'go', {}, 'go test -json ./...', {}],
    ['go test -race -json ./...', 'go', {}, 'go test -json -race ./...', {}],
  ] as const)('%s (%s)', (command, runner, scripts, expected, env) => {
    expect(added(command, runner, scripts)).toEqual({ command: expected, env });
  });

  test.each([
    ['node --test --test-reporter=spec', 'node:test', {}],
    ['vitest run --reporter=junit', 'vitest', {}],
    ['npm test', 'vitest', { test: 'tsc -p . && vitest run' }],
    ['npm test', 'jest', { test: 'jest --json' }],
    ['npm test', 'node:test', { test: 'node --test --test-reporter spec' }],
    ['npm test --workspaces', 'vitest', { test: 'vitest run' }],
    ['python3 -m pytest --junitxml=out.xml', 'pytest', {}],
    ['node --test --test-reporter=tap', 'node:test', {}],
    ['npx jest --ci --json', 'jest', {}],
    ['cargo test', 'cargo', {}],
    ['mvn -q test', 'maven', {}],
    ['./run-tests.sh', 'exit-code', {}],
  ] as const)('nothing is added to %s (%s): the repository chose, or arguments would land elsewhere', (command, runner, scripts) => {
    expect(added(command, runner, scripts)).toEqual({ command, env: {} });
  });
});

describe('what runs where only some files are wanted', () => {
  test.each([
    ['node --test', 'node:test', ['x/a.test.js'], 'node --test-reporter=tap --test x/a.test.js'],
    ['npx jest --ci', 'jest', ['a.test.ts'], 'npx jest --ci a.test.ts --json --outputFile=/r/jest.json'],
    ['python3 -m pytest -q', 'pytest', ['tests/test_a.py'], 'python3 -m pytest -q tests/test_a.py'],
    ['go test ./...', 'go', ['cart/a_test.go', 'cart/b_test.go', 'c_test.go'], 'go test -json ./cart ./.'],
    ['python3 -m pytest tests', 'pytest', ['tests/test_a.py'], null],
    ['make test', 'pytest', ['tests/test_a.py'], null],
    ['npx jest', 'jest', ['pages/[id].test.ts'], null],
    ['node --test', 'node:test', ['a*.test.js'], null],
    ['node --test', 'node:test', ['a.e2e.js'], null],
    ['vitest run', 'vitest', ['--config=x.test.ts'], null],
    ['vitest run', 'vitest', ['a.test.ts:1'], null],
    ['cargo test', 'cargo', ['tests/a.rs'], null],
  ] as const)('%s (%s) of %o', (command, runner, only, expected) => {
    expect(pickFiles({ command: line(command), runner }, {}, '/r', only)?.command.join(' ') ?? null).toBe(expected);
  });
});

describe('what runs again after a failure', () => {
  const failed = (name: string, file: string | null): TestCase => ({ name, file, outcome: 'failed', durationMs: null });
  const again = (command: string, runner: Parameters<typeof narrow>[0]['runner'], ...cases: TestCase[]) => {
    const { command: words, partial } = narrow({ command: line(command), runner }, {}, '/r', cases);
    return [words.join(' '), partial];
  };

  test.each([
    ['node --test', 'node:test', failed('a', 'x/a.test.js'), 'node --test-reporter=tap --test x/a.test.js', true],
    [
      'env TZ=UTC node --import tsx --test --test-reporter=tap',
      'node:test',
      failed('a', 'a.test.ts'),
      'env TZ=UTC node --import tsx --test --test-reporter=tap a.test.ts',
      true,
    ],
    ['pnpm exec vitest run --reporter=json', 'vitest', failed('a', 'a.test.ts'), 'pnpm exec vitest run --reporter=json a.test.ts', true],
    ['npx jest --ci --json', 'jest', failed('a', 'a.test.ts'), 'npx jest --ci --json a.test.ts', true],
    ['node --test x', 'node:test', failed('a', 'x/a.test.js'), 'node --test-reporter=tap --test x', false],
    ['vitest run', 'vitest', failed('a', 'a.test.ts'), 'vitest run a.test.ts --reporter=default --reporter=json --outputFile.json=/r/vitest.json', true],
    ['vitest run src', 'vitest', failed('a', 'src/a.test.ts'), 'vitest run src --reporter=default --reporter=json --outputFile.json=/r/vitest.json', false],
    ['go test -race ./...', 'go', failed('example.com/s/cart > TestAdd/two', 'cart_test.go'), 'go test -json -race example.com/s/cart', true],
    ['python3 -m pytest', 'pytest', failed('a', 'test_a.py'), 'python3 -m pytest', false],
    ['node --test', 'node:test', failed('node --test', null), 'node --test-reporter=tap --test', false],
  ] as const)('%s (%s): %o', (command, runner, test, expected, partial) => {
    expect(again(command, runner, test)).toEqual([expected, partial]);
  });
});
