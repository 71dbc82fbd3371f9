// A project in a temporary folder: fetched from the registry, a git repository of its own, its tests run by the runner.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PROJECTS, type Project, TOOLS } from './projects.ts';
import type { RunRequest } from './runner-main.ts';

/** A bug may make tests run for ever: what takes ten times as long as the longest run so far has ended, but at least this. */
const PATIENCE_MS = 15_000;
const FIRST_MS = 300_000;

/** One installation holds all; scripts of packages are not run. */
export function fetchProjects(dir: string): void {
  if (existsSync(join(dir, 'node_modules', 'mocha'))) return;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...TOOLS, ...PROJECTS.map(({ spec }) => spec)], { cwd: dir });
}

export function git(repo: string, ...args: string[]): string {
  return execFileSync('git', ['-C', repo, '-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args], { encoding: 'utf8' }).trim();
}

/** The repository of a project, at its published state. */
export function repositoryOf(dir: string, { folder }: Project): string {
  const repo = join(dir, 'repositories', folder);
  if (existsSync(join(repo, '.git'))) return repo;
  cpSync(join(dir, 'node_modules', folder), repo, { recursive: true });
  writeFileSync(join(repo, '.gitignore'), 'node_modules\n');
  execFileSync('git', ['init', '-q', '-b', 'main', repo]);
  git(repo, 'add', '-A');
  git(repo, 'commit', '-q', '-m', 'as published');
  return repo;
}

export type Tests = { run(request: RunRequest): Promise<Map<string, number> | null>; close(): void };

/** Answers how often each title passed, or null where the tests did not end or ended the process. */
export function testsOf(repo: string, { tests }: Project): Tests {
  let child: ChildProcess | undefined;
  let longest = 0;
  const start = (): ChildProcess => {
    const main = fileURLToPath(new URL('runner-main.ts', import.meta.url));
    const started = spawn(process.execPath, [main, ...tests], { cwd: repo, env: { ...process.env, TZ: 'UTC' }, stdio: ['pipe', 'pipe', 'ignore'] });
    // A bug may end the process before it has read on.
    started.stdin?.on('error', () => undefined);
    started.once('exit', () => {
      if (child === started) child = undefined;
    });
    return started;
  };
  return {
    run: async (request) => {
      child ??= start();
      const running = child;
      const started = performance.now();
      const timer = setTimeout(() => running.kill('SIGKILL'), longest === 0 ? FIRST_MS : Math.max(PATIENCE_MS, 10 * longest));
      const { stdin, stdout } = running;
      if (!stdin || !stdout) throw new Error('The runner was started without pipes.');
      stdin.write(`${JSON.stringify(request)}\n`);
      const lines = createInterface({ input: stdout });
      const answer = await new Promise<string | null>((settle) => {
        const gone = () => settle(null);
        running.once('exit', gone);
        lines.once('line', (line) => {
          running.off('exit', gone);
          settle(line);
        });
      });
      clearTimeout(timer);
      lines.close();
      if (answer === null) {
        child = undefined;
        return null;
      }
      longest = Math.max(longest, performance.now() - started);
      const passed = new Map<string, number>();
      for (const title of JSON.parse(answer) as string[]) passed.set(title, (passed.get(title) ?? 0) + 1);
      return passed;
    },
    close: () => {
      child?.kill('SIGKILL');
      child = undefined;
    },
  };
}
