// The commit that a ref names now, by git itself.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A ref that git does not know is handed on as it is: the planner refuses it and says which are known. */
export async function resolveRef(repo: string, ref: string): Promise<string> {
  if (ref.startsWith('-')) return ref;
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', repo, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
    return stdout.trim() || ref;
  } catch {
    return ref;
  }
}
