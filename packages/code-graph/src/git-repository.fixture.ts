// Real git repositories in a temporary folder, for the tests of this package.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RepoModel, Unit } from '@awo/contracts';
import { ReleasePolicy } from '@awo/contracts';
import { openRepository, type Repository } from '@awo/repository';

export type GitFixture = {
  dir: string;
  /** Writes files (null deletes) and commits; gives the commit id. */
  commit(files: Record<string, string | Buffer | null>): string;
  open(): Promise<Repository>;
  remove(): Promise<void>;
};

export function gitFixture(): GitFixture {
  const dir = mkdtempSync(join(tmpdir(), 'awo-code-graph-'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false', ...args], {
      cwd: dir,
      encoding: 'utf8',
    }).trim();
  const opened: Repository[] = [];
  git('init', '-q', '-b', 'main');
  return {
    dir,
    commit(files) {
      for (const [path, content] of Object.entries(files)) {
        const full = join(dir, path);
        if (content === null) rmSync(full, { recursive: true });
        else {
          mkdirSync(dirname(full), { recursive: true });
          writeFileSync(full, content);
        }
      }
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', 'change');
      return git('rev-parse', 'HEAD');
    },
    async open() {
      const repository = await openRepository(dir);
      opened.push(repository);
      return repository;
    },
    async remove() {
      await Promise.all(opened.map((repository) => repository.close()));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A model with these units: directory, then the directories it declares to depend on. */
export function modelOf(kind: Unit['kind'], units: Record<string, string[]>): RepoModel {
  const manifest = { npm: 'package.json', go: 'go.mod', python: 'pyproject.toml', maven: 'pom.xml', gradle: 'build.gradle', cargo: 'Cargo.toml', root: null }[
    kind
  ];
  return {
    units: Object.entries(units).map(([id, dependsOn]) => ({
      id,
      name: id,
      kind,
      manifest: manifest === null ? null : id === '.' ? manifest : `${id}/${manifest}`,
      dependsOn: dependsOn.map((unit) => ({ unit, at: `${id}/${manifest}:1` })),
    })),
    services: [],
    suites: [],
    environments: ['production'],
    policy: ReleasePolicy.parse({}),
    findings: [],
  };
}
