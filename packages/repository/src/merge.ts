// Lays awo.yaml over what was inferred: what it names wins, what it leaves out stays. Pure.
import {
  observedMetric,
  type AwoYaml,
  type Finding,
  ReleasePolicy,
  RepairPolicy,
  type RepoModel,
  type ServiceModel,
  type Suite,
  TestPolicy,
} from '@awo/contracts';
import type { ConfigProblem, ParsedAwoYaml } from './awo-yaml.ts';
import { splitCommand } from './command-line.ts';
import { nearest } from './nearest.ts';
import { safeName } from './naming.ts';
import { ownerOf, within } from './paths.ts';
import { asTestCommand } from './test-command.ts';

export type Merged = { model: RepoModel; problems: ConfigProblem[] };

type Context = { parsed: ParsedAwoYaml; hasDir(dir: string): boolean; problems: ConfigProblem[]; pinned: Finding[] };

/** `hasDir`: whether the commit has a directory. Problems are those that the schema cannot see. */
export function mergeAwoYaml(model: RepoModel, config: AwoYaml, parsed: ParsedAwoYaml, hasDir: (dir: string) => boolean): Merged {
  const context: Context = { parsed, hasDir, problems: [], pinned: [] };
  const services = mergeServices(model, config, context);
  const suites = mergeSuites(model, config, context);
  const replaced = new Set(context.pinned.map(({ about, what }) => `${about} ${what}`));
  const named = services.length > 0 ? (f: Finding) => !(f.about === 'repository' && f.what === 'services') : () => true;
  const findings = [...model.findings.filter((f) => !replaced.has(`${f.about} ${f.what}`) && named(f)), ...context.pinned];
  const environments = config.environments ?? model.environments;
  return { model: { ...model, services, suites, environments, policy: policyOf(config), testing: testingOf(config), findings }, problems: context.problems };
}

function mergeServices(model: RepoModel, config: AwoYaml, { parsed, hasDir, problems, pinned }: Context): ServiceModel[] {
  const services = new Map(model.services.map((service) => [service.name, service]));
  const entries = Object.entries(config.services ?? {});
  for (const [name, given] of entries) {
    const path = ['services', name];
    const dir = given.dir === undefined ? undefined : within('.', given.dir);
    if (dir !== undefined && !hasDir(dir)) problems.push(parsed.problemAt([...path, 'dir'], 'a directory of the repository'));
    let known = services.get(name);
    if (!known && dir !== undefined) {
      // The same directory under another name: awo.yaml names it, unless it names both.
      const here = [...services.values()].filter((s) => s.dir === dir && config.services?.[s.name] === undefined);
      if (here.length === 1 && here[0]) {
        known = here[0];
        services.delete(known.name);
      }
    }
    const start = given.start === undefined ? known?.start : commandOf(given.start);
    if (!start) {
      const near = nearest(name, [...services.keys()], 3);
      const expected =
        given.start !== undefined
          ? 'one command that needs no shell'
          : `start, because nothing was inferred for this name${near.length > 0 ? ` (inferred: ${near.join(', ')})` : ''}`;
      problems.push(parsed.problemAt(given.start === undefined ? path : [...path, 'start'], expected));
      continue;
    }
    const where = dir ?? known?.dir ?? '.';
    const commandAt = (key: 'install' | 'build') => {
      const value = given[key];
      const command = value === undefined ? undefined : commandOf(value);
      if (value !== undefined && !command) problems.push(parsed.problemAt([...path, key], 'one command that needs no shell'));
      return command;
    };
    const [install, build] = [commandAt('install'), commandAt('build')];
    const at = parsed.at(path);
    const unit =
      ownerOf(
        where,
        model.units.map(({ id }) => id),
      ) ??
      known?.unit ??
      '.';
    services.set(name, {
      name,
      unit,
      dir: where,
      language: known?.language ?? languageOf(start),
      install: install ? [{ dir: where, command: install, lockfile: null }] : (known?.install ?? []),
      build: build ? [{ dir: where, command: build }] : (known?.build ?? []),
      start,
      healthPath: given.health ?? known?.healthPath ?? '/',
      env: { ...known?.env, ...given.env },
      envFrom: given.envFrom ?? known?.envFrom ?? [],
      dependsOn: given.dependsOn ?? known?.dependsOn ?? [],
      sideBySide: given.sideBySide ?? known?.sideBySide ?? true,
      ...(given.sources ? { sources: given.sources } : {}),
      ...(given.limits ? { limits: given.limits } : {}),
      ...(given.flags ? { flags: given.flags } : {}),
      ...(given.replicas ? { replicas: given.replicas } : {}),
      ...(given.files ? { files: given.files } : {}),
      ...(given.readOnly === undefined ? {} : { readOnly: given.readOnly }),
      ...(given.reversible === undefined ? {} : { reversible: given.reversible }),
      ...(given.migrations === undefined ? {} : { migrations: given.migrations }),
      at: given.start === undefined ? (known?.at ?? at) : at,
    });
    for (const [key, what] of [
      ['start', 'start'],
      ['install', 'install'],
      ['build', 'build'],
      ['health', 'health path'],
      ['dependsOn', 'depends on'],
      ['envFrom', 'variable'],
    ] as const) {
      if (given[key] !== undefined) pinned.push({ about: name, what, value: [given[key]].flat().join(' '), at: parsed.at([...path, key]), level: 'found' });
    }
  }
  for (const [name, given] of entries) {
    for (const [i, other] of (given.dependsOn ?? []).entries()) {
      if (!services.has(other))
        problems.push(parsed.problemAt(['services', name, 'dependsOn', i], `a service of this repository: ${nearest(other, [...services.keys()]).join(', ')}`));
    }
  }
  return [...services.values()];
}

function mergeSuites(model: RepoModel, config: AwoYaml, { parsed, hasDir, problems, pinned }: Context): Suite[] {
  let suites = model.suites;
  const added: Suite[] = [];
  for (const [name, given] of Object.entries(config.tests ?? {})) {
    const path = ['tests', name];
    const unit =
      model.units.find(({ id }) => safeName(id === '.' ? 'root' : id) === name) ?? model.units.find(({ id }) => id.endsWith(`/${name}`) || id === name);
    const inferred = suites.find((suite) => suite.id === name) ?? suites.find((suite) => suite.unit === unit?.id);
    const dir = given.dir === undefined ? (inferred?.dir ?? unit?.id ?? '.') : within('.', given.dir);
    if (!hasDir(dir)) problems.push(parsed.problemAt([...path, 'dir'], 'a directory of the repository'));
    const argv = commandOf(given.command);
    if (!argv) {
      problems.push(parsed.problemAt([...path, 'command'], 'one command that needs no shell'));
      continue;
    }
    const owner =
      unit?.id ??
      ownerOf(
        dir,
        model.units.map(({ id }) => id),
      ) ??
      '.';
    // A command with its runner is taken as it is; without one, the runner is told by the command and asked for a readable report.
    const { command, runner } = given.runner === undefined ? asTestCommand(argv, (binary) => [binary]) : { command: argv, runner: given.runner };
    const at = parsed.at(path);
    suites = suites.filter((suite) => suite.id !== name && (suite.dir !== dir || suite.unit !== owner));
    const install = inferred?.install ?? model.services.find((s) => s.unit === owner)?.install ?? [];
    added.push({
      id: name,
      unit: owner,
      dir,
      command,
      runner,
      timeoutMs: given.timeout === undefined ? (inferred?.timeoutMs ?? 600_000) : milliseconds(given.timeout),
      install,
      at,
    });
    pinned.push({ about: owner, what: 'tests', value: `${command.join(' ')}  (${runner})`, at, level: 'found' });
  }
  return [...suites, ...added];
}

const commandOf = (value: string | string[]): string[] | undefined => {
  if (Array.isArray(value)) return value;
  const command = splitCommand(value);
  if (!command) return undefined;
  const pairs = Object.entries(command.env).map(([name, v]) => `${name}=${v}`);
  return pairs.length > 0 ? ['env', ...pairs, ...command.argv] : command.argv;
};

function policyOf({ release = {}, gates, repair, observe }: AwoYaml): ReleasePolicy {
  const { errorBudget, latency, watchDeadline, soak, holdDeadline, ...same } = release;
  return ReleasePolicy.parse({
    ...same,
    ...(errorBudget === undefined ? {} : { errorBudgetRatio: errorBudget }),
    ...(latency === undefined ? {} : { latencyMs: milliseconds(latency) }),
    ...(watchDeadline === undefined ? {} : { watchDeadlineMs: milliseconds(watchDeadline) }),
    ...(soak === undefined ? {} : { soakMs: milliseconds(soak) }),
    ...(holdDeadline === undefined ? {} : { holdDeadlineMs: milliseconds(holdDeadline) }),
    ...(gates === undefined ? {} : { gates }),
    ...(observe === undefined ? {} : { observe: Object.entries(observe).map(([name, metric]) => observedMetric(name, metric)) }),
    ...(repair === undefined ? {} : { repair: repairPolicyOf(repair) }),
  });
}

function repairPolicyOf({ stable, verify, approval, cooldown, environments, ...same }: NonNullable<AwoYaml['repair']>): RepairPolicy {
  const here = Object.entries(environments ?? {}).map(([name, { cooldown: all, cooldowns, ...rest }]) => [
    name,
    {
      ...rest,
      ...(all === undefined ? {} : { cooldownMs: milliseconds(all) }),
      ...(cooldowns === undefined ? {} : { cooldownsMs: Object.fromEntries(Object.entries(cooldowns).map(([kind, each]) => [kind, milliseconds(each)])) }),
    },
  ]);
  return RepairPolicy.parse({
    ...same,
    environments: Object.fromEntries(here),
    ...(cooldown === undefined ? {} : { cooldownMs: milliseconds(cooldown) }),
    ...(stable === undefined ? {} : { stableMs: milliseconds(stable) }),
    ...(verify === undefined ? {} : { verifyMs: milliseconds(verify) }),
    ...(approval === undefined ? {} : { approvalMs: milliseconds(approval) }),
  });
}

const testingOf = ({ audit = {}, quarantine = [] }: AwoYaml): TestPolicy => TestPolicy.parse({ audit, quarantine });

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const milliseconds = (duration: string): number => {
  const [, amount = '0', unit = 'ms'] = /^(\d+)(ms|s|m|h)$/.exec(duration) ?? [];
  return Number(amount) * (UNITS[unit] ?? 1);
};

const languageOf = ([binary = '']: string[]): ServiceModel['language'] =>
  /^(node|npm|npx|pnpm|yarn|tsx)$/.test(binary)
    ? 'node'
    : /python/.test(binary)
      ? 'python'
      : binary === 'java'
        ? 'java'
        : binary === 'go'
          ? 'go'
          : binary === 'cargo'
            ? 'rust'
            : 'other';
