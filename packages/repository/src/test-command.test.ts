// Test scripts become arguments whose output can be parsed; what only a shell could run is left alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitCommand, splitScript } from './command-line.ts';
import { parseTestScript } from './test-command.ts';

const parse = (script: string) => {
  const parsed = parseTestScript(script, (binary) => ['npx', binary]);
  return parsed && [parsed.runner, parsed.command.join(' '), ...parsed.before.map((command) => command.join(' '))];
};

test.each([
  // Behind a file name node takes the reporter for another file, so it stands in front.
  ['node --test "src/**/*.test.ts"', ['node:test', 'node --test --test-reporter=tap src/**/*.test.ts']],
  ['node --import tsx --test --test-reporter spec a.ts', ['node:test', 'node --test --test-reporter=tap --import tsx a.ts']],
  ['tsx --test a.ts', ['node:test', 'node --import tsx --test --test-reporter=tap a.ts']],
  ['c8 --all node --test', ['node:test', 'node --test --test-reporter=tap']],
  ['vitest', ['vitest', 'npx vitest run --reporter=json']],
  ['vitest run --reporter=verbose src', ['vitest', 'npx vitest run src --reporter=json']],
  ['jest --watchAll --runInBand', ['jest', 'npx jest --runInBand --ci --json']],
  ['mocha -R dot test', ['mocha', 'npx mocha test --reporter json']],
  ['npx tape test/*.js', ['tap', 'npx tape test/*.js']],
  ['tsc -p . && node scripts/x.js && ava', ['tap', 'npx ava --tap', 'npx tsc -p .', 'node scripts/x.js']],
  ['go test -v ./...', ['go', 'go test -json ./...']],
  ['python -m pytest tests', ['pytest', 'python -m pytest tests -q --junitxml=.awo-junit.xml']],
  ['playwright test', ['exit-code', 'npx playwright test']],
  ['make test', ['exit-code', 'make test']],
])('%j', (script, expected) => {
  expect(parse(script)).toEqual(expected);
});

test.each(['a | b', 'a; b', 'a > out', 'echo $HOME', 'a `b`', 'a || b', '(a)', 'a & b', 'say "unclosed', '"$(a)"', ''])(
  '%j needs a shell or is nothing, so it is not split',
  (line) => {
    expect(splitScript(line)).toBeNull();
  },
);

test('PORT is kept for whoever starts the service, in each way of writing it', () => {
  expect(splitCommand('serve --port ${PORT:-80} "-b=0:$PORT" -p$PORT')?.argv).toEqual(['serve', '--port', '$PORT', '-b=0:$PORT', '-p$PORT']);
  expect(splitCommand('serve $PORTAL')).toBeNull();
});

test('quoted arguments come back as they were, whatever they hold', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'grapheme' }).filter((word) => !word.includes("'")),
        { minLength: 1 },
      ),
      (words) => {
        const line = ['run', ...words].map((word) => `'${word}'`).join(' ');
        expect(splitCommand(line)?.argv).toEqual(['run', ...words]);
      },
    ),
  );
});
