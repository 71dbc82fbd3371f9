// awo release, rollback, test and assess: goals out of arguments and options.
import { resolve } from 'node:path';
import { GoalSpec } from '@awo/contracts';
import type { CliContext } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findRepository } from '../home.ts';
import { resolveRef } from '../resolve-ref.ts';
import { sendGoal } from './send-goal.ts';
import type { SendOptions } from './send-goal.ts';

type RepoOptions = SendOptions & { repo?: string | undefined; ref?: string | undefined; base?: string | undefined };
export type ReleaseOptions = RepoOptions & {
  env?: string | undefined;
  strategy?: string | undefined;
  onBusy?: string | undefined;
  emergency?: string | undefined;
};

export type RollbackOptions = SendOptions & { env?: string | undefined; emergency?: string | undefined; repairs?: boolean | undefined };

export async function release(context: CliContext, service: string | undefined, options: ReleaseOptions): Promise<ExitCode> {
  const where = await revisionFields(context, options);
  return sendGoal(
    context,
    specOf({ kind: 'release', ...where, service, environment: options.env, strategy: options.strategy, onBusy: options.onBusy, emergency: options.emergency }),
    options,
  );
}

export const rollback = (context: CliContext, service: string | undefined, options: RollbackOptions): Promise<ExitCode> =>
  sendGoal(context, specOf({ kind: 'rollback', service, environment: options.env, emergency: options.emergency, repairs: options.repairs }), options);

/** `awo test REF` and `awo assess REF`. */
export async function examine(context: CliContext, kind: 'test' | 'assess', ref: string | undefined, options: RepoOptions): Promise<ExitCode> {
  const where = await revisionFields(context, { ...options, ref: ref ?? options.ref });
  const base = options.base === undefined || !where.repo ? options.base : await resolveRef(where.repo, options.base);
  return sendGoal(context, specOf({ kind, ...where, base }), options);
}

/** HEAD means what HEAD is now: the goal may wait its turn while the branch moves on. */
export async function revisionFields(context: CliContext, { repo, ref }: RepoOptions): Promise<{ repo?: string; revision?: string }> {
  const folder = resolve(context.cwd, repo ?? '.');
  const root = findRepository(folder);
  if (!root && repo !== undefined) throw new UsageError(`${folder} is not in a git repository.`, 'Name one with --repo PATH.');
  if (!root) return ref ? { revision: ref } : {};
  return { repo: root, revision: await resolveRef(root, ref ?? 'HEAD') };
}

/** Throws UsageError that names the field, its value and what was expected. */
export function specOf(fields: Record<string, string | boolean | undefined>): GoalSpec {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const parsed = GoalSpec.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? 'goal');
  throw new UsageError(`"${given[field] ?? ''}" cannot be the ${field}: ${issue?.message ?? 'not valid'}.`);
}
