// Remembers what each commit describes as: a commit never changes, so neither does its model.
import type { RepoModel } from '@awo/contracts';
import { describeRepository, type Repository } from '@awo/repository';

export type Models = { of(repository: Repository, sha: string): Promise<RepoModel> };

/** Two that ask for the same commit at once share one reading. A failed reading is not remembered. */
export function rememberModels(
  max = 64,
  describe: (repository: Repository, sha: string) => Promise<RepoModel> = (r, sha) => describeRepository(r, sha),
): Models {
  const known = new Map<string, Promise<RepoModel>>();
  return {
    of(repository, sha) {
      const key = `${repository.root}\0${sha}`;
      const model = known.get(key) ?? describe(repository, sha);
      known.delete(key);
      known.set(key, model);
      model.catch(() => known.delete(key));
      for (const old of known.keys()) {
        if (known.size <= max) break;
        known.delete(old);
      }
      return model;
    },
  };
}
