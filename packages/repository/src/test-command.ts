// Turns a test command line into arguments whose output can be parsed, and names the runner. Pure.
import type { Suite } from '@awo/contracts';
import { type CommandLine, splitScript } from './command-line.ts';

export type TestCommand = { runner: Suite['runner']; command: string[]; /** Commands before it, in the same directory. */ before: string[][] };

/** How binaries of packages are started. */
export type Binaries = (binary: string) => string[];

/** Arguments for a test script; null where it needs a shell. */
export function parseTestScript(script: string, binaries: Binaries): TestCommand | null {
  const parts = splitScript(script);
  const last = parts?.at(-1);
  if (!parts || !last) return null;
  return { ...asTestCommand(last.argv, binaries, last.env), before: parts.slice(0, -1).map((part) => runnable(part, binaries)) };
}

/** Adds to a runner's own arguments those that make its result readable. */
export function asTestCommand(argv: string[], binaries: Binaries, env: Record<string, string> = {}): Omit<TestCommand, 'before'> {
  const found = withReporter(unwrap(argv), binaries);
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return { runner: found.runner, command: pairs.length > 0 ? ['env', ...pairs, ...found.command] : found.command };
}

/** Drops what stands in front of the runner: npx, and coverage tools whose numbers nobody reads here. */
function unwrap(argv: string[]): string[] {
  let rest = argv;
  for (let i = 0; i < 4; i++) {
    const [first = ''] = rest;
    if (first === 'npx' || first === 'c8' || first === 'nyc' || first === 'dotenv')
      rest = rest.slice(1).filter((arg, at, all) => !(arg.startsWith('-') && all.slice(0, at + 1).every((a) => a.startsWith('-'))));
    else if ((first === 'pnpm' && rest[1] === 'exec') || (first === 'yarn' && rest[1] === 'run' && rest[2] !== undefined)) rest = rest.slice(2);
    else break;
  }
  return rest.length > 0 ? rest : argv;
}

function withReporter(argv: string[], binaries: Binaries): Omit<TestCommand, 'before'> {
  const [binary = '', ...args] = argv;
  const quiet = withoutFlags(args);
  switch (binary.replace(/^.*\/(?=[^/]+$)/, '')) {
    case 'node':
    case 'tsx': {
      if (!args.includes('--test')) return { runner: 'exit-code', command: binary === 'tsx' ? [...binaries('tsx'), ...args] : argv };
      const rest = quiet.filter((arg) => arg !== '--test');
      // After the first file node takes everything for a file: the reporter must come before.
      return { runner: 'node:test', command: ['node', ...(binary === 'tsx' ? ['--import', 'tsx'] : []), '--test', '--test-reporter=tap', ...rest] };
    }
    case 'vitest':
      return {
        runner: 'vitest',
        command: [...binaries('vitest'), 'run', ...quiet.filter((arg) => arg !== 'run' && arg !== '--run' && arg !== 'watch'), '--reporter=json'],
      };
    case 'jest':
      return { runner: 'jest', command: [...binaries('jest'), ...quiet, '--ci', '--json'] };
    case 'react-scripts':
      return { runner: 'jest', command: [...binaries('react-scripts'), ...quiet, '--watchAll=false', '--json'] };
    case 'mocha':
      return { runner: 'mocha', command: [...binaries('mocha'), ...quiet, '--reporter', 'json'] };
    case 'tap':
      return { runner: 'tap', command: [...binaries('tap'), ...quiet, '--reporter=tap'] };
    case 'ava':
      return { runner: 'tap', command: [...binaries('ava'), ...quiet.filter((arg) => arg !== '--tap'), '--tap'] };
    case 'tape':
      return { runner: 'tap', command: [...binaries('tape'), ...args] };
    case 'go':
      return args[0] === 'test'
        ? { runner: 'go', command: ['go', 'test', '-json', ...args.slice(1).filter((arg) => arg !== '-json' && arg !== '-v')] }
        : { runner: 'exit-code', command: argv };
    case 'pytest':
    case 'py.test':
      return { runner: 'pytest', command: ['python3', '-m', 'pytest', ...withJunit(args)] };
    case 'python':
    case 'python3':
      if (args[0] === '-m' && args[1] === 'pytest') return { runner: 'pytest', command: [binary, '-m', 'pytest', ...withJunit(args.slice(2))] };
      if (args[0] === '-m' && args[1] === 'unittest') return { runner: 'unittest', command: args.includes('-v') ? argv : [...argv, '-v'] };
      return { runner: 'exit-code', command: argv };
    case 'cargo':
      return { runner: args[0] === 'test' ? 'cargo' : 'exit-code', command: argv };
    case 'mvn':
    case 'mvnw':
      return { runner: 'maven', command: argv };
    case 'gradle':
    case 'gradlew':
      return { runner: 'gradle', command: argv };
    default:
      return { runner: 'exit-code', command: isSystem(binary) ? argv : [...binaries(binary), ...args] };
  }
}

/** Arguments without watching and without the reporter that people look at, however its value is given. */
function withoutFlags(args: readonly string[]): string[] {
  const valued = /^(--test-reporter|--test-reporter-destination|--reporter|-R|--outputFile)$/;
  return args.filter(
    (arg, i) => !/^(--watch|--watchAll|--ui|-w|--(test-)?reporter\b|--outputFile)/.test(arg) && arg !== '-R' && !valued.test(args[i - 1] ?? ''),
  );
}

const withJunit = (args: string[]): string[] => (args.some((arg) => arg.startsWith('--junit')) ? args : [...args, '-q', '--junitxml=.awo-junit.xml']);

const isSystem = (binary: string): boolean =>
  /[/.]/.test(binary) || /^(npm|pnpm|yarn|bun|deno|make|bash|sh|echo|rm|mkdir|cp|docker|true|false|exit|env|python.*|go|cargo|just|task)$/.test(binary);

const runnable = ({ argv, env }: CommandLine, binaries: Binaries): string[] => {
  const [binary = '', ...args] = argv;
  const command = isSystem(binary) || binary === 'node' ? argv : [...binaries(binary), ...args];
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return pairs.length > 0 ? ['env', ...pairs, ...command] : command;
};
