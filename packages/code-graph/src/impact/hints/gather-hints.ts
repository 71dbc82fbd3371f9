// All hints about a change: contracts, migrations, what can be taken back, majors, fragile files, size, owners.
import type { ImpactHints, MigrationStep } from '@awo/contracts';
import type { CommitInfo } from '@awo/repository';
import type { FileKind } from '../../classify.ts';
import { MAX_BYTES } from '../../parse.ts';
import { brokenContracts } from './broken-contracts.ts';
import type { ExportsInput } from './broken-exports.ts';
import { changeFailures } from './change-failure.ts';
import { columnTypes, namesOfSteps } from './column-types.ts';
import { majorMoves } from './majors.ts';
import { isMigration, migrationSteps } from './migrations.ts';
import { OWNER_FILES, ownersOf } from './owners.ts';
import { reversibilityOf } from './reversibility.ts';

export type HintsInput = ExportsInput & {
  base: string;
  head: string;
  commits: readonly CommitInfo[];
  kindOf: (path: string) => FileKind;
  ownerOf: (path: string) => string | null;
};

export async function gatherHints(input: HintsInput): Promise<ImpactHints> {
  const { versions, kindOf, commits } = input;
  const loud = versions.filter(({ change }) => change.kind !== 'none');
  const paths = loud.map(({ diff: { path } }) => path);
  const [contracts, steps, owners] = await Promise.all([brokenContracts(input), stepsOf(input), readOwners(input, paths)]);
  const unused = await notNamedBefore(input, steps);
  return {
    only: onlyOf(paths.map(kindOf)),
    contracts,
    migrations: steps.slice(0, 50),
    reversibility: reversibilityOf(steps, contracts, unused),
    majors: loud.flatMap(majorMoves).slice(0, 50),
    fragile: changeFailures(
      commits,
      paths.filter((path) => kindOf(path) === 'code' || kindOf(path) === 'config'),
    ),
    size: {
      files: versions.length,
      lines: loud.filter(({ diff: { path } }) => kindOf(path) !== 'lockfile').reduce((sum, { diff }) => sum + diff.addedLines + diff.deletedLines, 0),
    },
    owners,
  };
}

const ORDER: readonly [ImpactHints['only'], ReadonlySet<FileKind>][] = [
  ['docs', new Set(['docs'])],
  ['tests', new Set(['test', 'docs'])],
  ['style', new Set(['style', 'asset', 'docs', 'test'])],
  ['configuration', new Set(['config', 'docs', 'test'])],
  ['dependencies', new Set(['manifest', 'lockfile', 'docs', 'test'])],
];

function onlyOf(kinds: readonly FileKind[]): ImpactHints['only'] {
  if (kinds.length === 0) return 'nothing';
  return ORDER.find(([, allowed]) => kinds.every((kind) => allowed.has(kind)))?.[0] ?? 'code';
}

async function stepsOf({ versions, repository, base }: HintsInput): Promise<MigrationStep[]> {
  const changed = versions.filter((one) => isMigration(one) && one.change.kind !== 'none');
  if (changed.length === 0) return [];
  const typeBefore = await columnTypes(repository, base, changed);
  return changed.flatMap((one) => migrationSteps(one, typeBefore));
}

/** Names that steps drop and that no code of the version before holds: then the change ends what an earlier release began. */
async function notNamedBefore({ repository, base, before }: HintsInput, steps: readonly MigrationStep[]): Promise<Set<MigrationStep>> {
  const found = new Set<MigrationStep>();
  for (const step of steps.filter(({ kind, reversible }) => kind === 'contract' && reversible === 'no').slice(0, 10)) {
    const name = namesOfSteps(step.statement);
    if (name === null) continue;
    const paths = (await repository.grep(base, [name])).filter((path) => !/\.(md|sql|lock|txt)$|(^|\/)(migrations?|alembic|docs?)\//.test(path));
    const uses = await Promise.all(
      paths.slice(0, 200).map(async (path) => {
        const blob = before.index.files.get(path)?.blob;
        const text = blob === undefined ? null : await repository.read(blob, MAX_BYTES);
        return text !== null && new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`, 'i').test(text.toString('utf8'));
      }),
    );
    if (!uses.includes(true)) found.add(step);
  }
  return found;
}

async function readOwners({ graph, repository }: HintsInput, paths: readonly string[]): Promise<ImpactHints['owners']> {
  for (const file of OWNER_FILES) {
    const entry = graph.index.files.get(file);
    const bytes = entry ? await repository.read(entry.blob, MAX_BYTES) : null;
    if (bytes) return ownersOf(bytes.toString('utf8'), paths).slice(0, 50);
  }
  return [];
}
