// Runs git: argument arrays, no hooks, no locks, no helper programs of the repository, the same output everywhere.
import { spawn } from 'node:child_process';
import { TerminalError } from '@awo/contracts';

/** Put before every subcommand. Each line switches off something a repository could make git run, or that makes it refuse a repository of another user. */
const GUARDS = [
  '--no-pager',
  '-c',
  'safe.directory=*',
  '-c',
  'safe.bareRepository=all',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.quotePath=false',
  '-c',
  'log.showSignature=false',
  '-c',
  'i18n.logOutputEncoding=UTF-8',
];

/** Arguments for git in `dir`, guards included. */
export const gitArguments = (dir: string, args: string[]): string[] => ['-C', dir, ...GUARDS, ...args];

/** The caller's environment without its GIT_* variables: inside a hook GIT_DIR would point every call at another repository. */
export function gitEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined && !name.startsWith('GIT_')) env[name] = value;
  return { ...env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_REPLACE_OBJECTS: '1', GIT_NO_LAZY_FETCH: '1' };
}

/** What a git command said. `code` is never thrown on: callers know which codes are answers. */
export type GitResult = { code: number; stdout: Buffer; stderr: string };

/** Runs git in `dir` and collects its output. Throws TerminalError `git-failed` where git is not installed. */
export function runGit(dir: string, args: string[], stdin = ''): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', gitArguments(dir, args), { env: gitEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 4000) stderr += chunk.toString('utf8');
    });
    child.on('error', (error) => reject(gitMissing(error)));
    child.on('close', (code) => resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr: stderr.trim() }));
    // Git may end before it has read its input (EPIPE); its exit code tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}

/** Like runGit, and throws TerminalError `git-failed` on any exit code but 0. */
export async function git(dir: string, args: string[], stdin = ''): Promise<Buffer> {
  const result = await runGit(dir, args, stdin);
  if (result.code === 0) return result.stdout;
  throw new TerminalError('git-failed', `git ${args[0]} in ${dir} ended with ${result.code}: ${result.stderr || 'no message'}`);
}

export const gitMissing = (error: Error): TerminalError =>
  new TerminalError('git-failed', `git could not be started (${error.message}). Expected git 2.31 or newer on PATH.`, 'Install git, then try again.');
