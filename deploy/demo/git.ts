// Runs git with nothing of the machine's own settings, so that the same files give the same commit ids everywhere.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SETTINGS = [
  '-c',
  'core.autocrlf=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'commit.gpgsign=false',
  '-c',
  'init.defaultBranch=main',
  '-c',
  'advice.detachedHead=false',
];

export type Signature = { name: string; at: string };

/** Output of a git command in `dir`, without the last line break. Throws with git's own words. */
export async function git(dir: string, args: string[], by?: Signature): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const signature = by ? signed(by) : {};
  const env = { ...Object.fromEntries(inherited), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', ...signature };
  const { stdout } = await run('git', [...SETTINGS, ...args], { cwd: dir, env });
  return stdout.trimEnd();
}

function signed({ name, at }: Signature): Record<string, string> {
  const email = `${name.toLowerCase()}@shop.example`;
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: at, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: at };
}
