// The environments of this machine under one AWO_HOME, as their one owner sees them. Handlers and the supervisor work on this.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { localFiles, type LocalRevision, type LocalService, TerminalError } from '@awo/contracts';
import { type Environment, openEnvironment } from './environment.ts';
import { makeFolder } from './durable-file.ts';
import { createFlights, type Flights } from './flights.ts';
import { listWorktrees, removeOldLogs, removeWorktree, worktreePath } from './worktrees.ts';

/** The part of a logger that is used here. */
export type Log = { info(fields: object, message: string): void; warn(fields: object, message: string): void };

export type LocalOptions = {
  /** AWO_HOME. */
  home: string;
  /** The installation's own variables: PATH, and what services name in `envFrom`. */
  hostEnv: NodeJS.ProcessEnv;
  log: Log;
  /** Where services may report metrics and traces to by OTLP; null: nowhere. */
  otlpUrl: string | null;
};

export type Local = LocalOptions & {
  readonly flights: Flights;
  environments(): Environment[];
  /** The environment, new where unknown. */
  environment(name: string): Environment;
  /** What the loop should look at sooner than at its next turn. */
  wake(): void;
  onWake(listener: () => void): void;
  /** One at a time per checkout. */
  inCheckout<T>(repo: string, sha: string, work: () => Promise<T>): Promise<T>;
  /** Whether the owner is on its way out: what is unfinished stays wanted, for the next start. */
  stopping(): boolean;
  stop(): void;
  /** Removes checkouts that neither run nor are a way back. */
  tidy(): Promise<void>;
  /** The same, with nobody waiting for it. */
  tidyLater(): void;
};

export type Place = {
  environment: Environment;
  service: LocalService;
  revision: LocalRevision;
  /** Told of the new process's name before there is one, so that it can be found again. */ beforeSpawn?: (revision: LocalRevision) => void;
};

export function openLocal(options: LocalOptions): Local {
  const root = join(options.home, 'local');
  makeFolder(root);
  const environments = new Map<string, Environment>();
  const checkouts = new Map<string, Promise<unknown>>();
  let stopping = false;
  let woken: () => void = () => undefined;

  const local: Local = {
    ...options,
    flights: createFlights(),
    environments: () => [...environments.values()],
    environment(name) {
      const known = environments.get(name) ?? openEnvironment(options.home, name, options.log, () => woken());
      environments.set(name, known);
      return known;
    },
    stopping: () => stopping,
    stop: () => void (stopping = true),
    wake: () => woken(),
    onWake: (listener) => void (woken = listener),
    tidyLater: () => void local.tidy().catch((error: unknown) => options.log.warn({ error: String(error) }, 'checkouts could not be tidied')),
    inCheckout: (repo, sha, work) => locked(worktreePath(options.home, repo, sha), work),
    async tidy() {
      removeOldLogs(options.home, Date.now());
      for (const { path, repo } of listWorktrees(options.home))
        // Asked again once it is this one's turn: a start may have begun meanwhile.
        await locked(path, async () => {
          if (isNeeded(path)) return;
          await removeWorktree(repo, path);
          options.log.info({ path }, 'a checkout that nobody needs was removed');
        });
    },
  };

  function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
    const done = (checkouts.get(path) ?? Promise.resolve()).then(work, work);
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    checkouts.set(path, settled);
    void settled.then(() => checkouts.get(path) === settled && checkouts.delete(path));
    return done;
  }

  const isNeeded = (path: string): boolean =>
    [...environments.values()].some(({ state }) =>
      state.services.some((service) =>
        service.revisions.some(
          (r) =>
            (r.desired === 'running' || r.revision === service.current || r.revision === service.previous || service.earlier.includes(r.revision)) &&
            worktreePath(options.home, service.repo, r.revision) === path,
        ),
      ),
    );

  for (const entry of readdirSync(root)) if (existsSync(localFiles(options.home, entry).state)) local.environment(entry);
  return local;
}

/** Refuses callers whose view of the goal is older than one that has acted already. Durable before anything else happens. */
export function guard(environment: Environment, service: LocalService, fence: number): void {
  if (fence < service.fence)
    throw new TerminalError(
      'stale-fence',
      `${service.name} in ${environment.name} was last changed under fence ${service.fence}; this request has ${fence}.`,
      'Read the goal again: somebody else has taken over.',
    );
  if (fence === service.fence) return;
  service.fence = fence;
  environment.save();
}

/** Short name for messages. */
export const short = (revision: string): string => revision.slice(0, 12);
