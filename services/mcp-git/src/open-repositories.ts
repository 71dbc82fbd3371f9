// Keeps the repositories that were asked for last open, and closes the others when nobody reads them any more.
import { TerminalError } from '@awo/contracts';
import { openRepository, type Repository } from '@awo/repository';

export type Repositories = {
  /** Runs `read` with the repository at `path` open. After a failure the repository is opened anew: it may have been moved or made again. */
  use<T>(path: string, read: (repository: Repository) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

type Entry = { opening: Promise<Repository>; readers: number; dropped: boolean };

/** What a sound repository says to a wrong question. */
const isAnswer = (error: unknown): boolean => error instanceof TerminalError && (error.code === 'unknown-revision' || error.code === 'bad-config');

/** `max` counts repositories that nobody reads at the moment as well. */
export function openRepositories(max = 8, open: (path: string) => Promise<Repository> = openRepository): Repositories {
  const entries = new Map<string, Entry>();

  const closeIdle = async (entry: Entry): Promise<void> => {
    if (!entry.dropped || entry.readers > 0) return;
    // One that never opened has nothing to close.
    await entry.opening.then((repository) => repository.close()).catch(() => undefined);
  };
  const drop = (path: string, entry: Entry): Promise<void> => {
    if (entries.get(path) === entry) entries.delete(path);
    entry.dropped = true;
    return closeIdle(entry);
  };
  const take = (path: string): Entry => {
    const entry = entries.get(path) ?? { opening: open(path), readers: 0, dropped: false };
    entries.delete(path);
    entries.set(path, entry);
    entry.readers++;
    for (const [oldest, old] of entries) {
      if (entries.size <= max) break;
      void drop(oldest, old);
    }
    return entry;
  };

  return {
    async use(path, read) {
      const entry = take(path);
      try {
        return await read(await entry.opening);
      } catch (error) {
        if (!isAnswer(error)) void drop(path, entry);
        throw error;
      } finally {
        entry.readers--;
        void closeIdle(entry);
      }
    },
    async close() {
      await Promise.all([...entries].map(([path, entry]) => drop(path, entry)));
    },
  };
}
