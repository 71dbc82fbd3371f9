// What a repository is made of at one commit, from git objects only: the readers, what awo.yaml says over it, one model.
import { basename } from 'node:path';
import { type RepoModel, RepoModel as RepoModelSchema } from '@awo/contracts';
import { assemble } from './assemble.ts';
import { badConfig, type ParsedAwoYaml, parseAwoYaml } from './awo-yaml.ts';
import type { Repository } from './git.ts';
import { readGo } from './go.ts';
import { readJvm } from './jvm.ts';
import { mergeAwoYaml } from './merge.ts';
import { readNode } from './node.ts';
import { dirOf } from './paths.ts';
import { withDeclaredStarts } from './procfile-dockerfile.ts';
import { readPython } from './python.ts';
import { emptyReading, type Reading } from './reading.ts';
import { readRust } from './rust.ts';
import { loadSnapshot, type Snapshot } from './snapshot.ts';

const CONFIG_FILES = ['awo.yaml', 'awo.yml'];

export async function readModel(repo: Repository, sha: string, awoYamlText?: string): Promise<RepoModel> {
  const { file, text } = await readConfig(repo, sha, awoYamlText);
  const parsed = parseAwoYaml(text, file);
  if (!parsed.config) throw badConfig(parsed.problems);
  const snapshot = await loadSnapshot(repo, sha, parsed.config.ignore);
  const name = basename(repo.root).replace(/\.git$/, '') || 'root';
  const model = assemble(snapshot, readAll(snapshot), name);
  return RepoModelSchema.parse(text === '' ? model : withConfig(snapshot, model, parsed));
}

async function readConfig(repo: Repository, sha: string, given: string | undefined): Promise<{ file: string; text: string }> {
  if (given !== undefined) return { file: 'awo.yaml', text: given };
  const entry = (await repo.tree(sha)).find(({ path }) => CONFIG_FILES.includes(path));
  const bytes = entry && (await repo.read(entry.blob, 1024 * 1024));
  return { file: entry?.path ?? 'awo.yaml', text: bytes?.toString('utf8') ?? '' };
}

function readAll(snapshot: Snapshot): Reading {
  const all = emptyReading();
  for (const read of [readNode, readGo, readPython, readJvm, readRust]) {
    const one = read(snapshot);
    all.packages.push(...one.packages);
    all.toolchains.push(...one.toolchains);
    all.services.push(...one.services);
    all.suites.push(...one.suites);
    all.findings.push(...one.findings);
  }
  return { ...all, services: withDeclaredStarts(snapshot, all.services, all.toolchains, all.findings) };
}

function withConfig(snapshot: Snapshot, model: RepoModel, parsed: ParsedAwoYaml): RepoModel {
  const dirs = new Set(['.']);
  for (const path of snapshot.paths) for (let dir = dirOf(path); !dirs.has(dir); dir = dirOf(dir)) dirs.add(dir);
  const merged = mergeAwoYaml(model, parsed.config ?? {}, parsed, (dir) => dirs.has(dir));
  if (merged.problems.length > 0) throw badConfig(merged.problems);
  return merged.model;
}
