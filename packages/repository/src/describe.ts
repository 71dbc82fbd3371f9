// Describes a commit. The readers are loaded by the first description: parsers of YAML, TOML and XML are a third of what `awo impact` would load otherwise.
import type { RepoModel } from '@awo/contracts';
import type { Repository } from './git.ts';

/**
 * `awoYamlText`: takes the place of the committed awo.yaml (`''`: as if there were none).
 * Throws TerminalError `bad-config`, which lists every problem of awo.yaml, and `unknown-revision`.
 */
export async function describeRepository(repo: Repository, sha: string, awoYamlText?: string): Promise<RepoModel> {
  const { readModel } = await import('./read-model.ts');
  return readModel(repo, sha, awoYamlText);
}
