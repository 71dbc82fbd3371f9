// awo test generate: what a change does differently, and tests for what it leaves as it was. Prints, or makes a patch or a branch; never edits the working tree.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { commitToBranch, generateTests } from '@awo/test-generation';
import type { Generated } from '@awo/test-generation';
import { openRepository } from '@awo/repository';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { casesFromModel } from '../proposals/test-cases.ts';
import { print } from '../output/print.ts';
import { formatOf } from './test-history.ts';

export type GenerateFlags = {
  repo?: string | undefined;
  base?: string | undefined;
  head?: string | undefined;
  seed?: string | undefined;
  calls?: string | undefined;
  patch?: string | undefined;
  branch?: string | undefined;
};
type Delivered = { patchFile: string | null; branch: string | null; commit: string | null };

export async function generate(context: CliContext, flags: GenerateFlags): Promise<ExitCode> {
  if (flags.base === undefined) throw new UsageError('Which change? --base is missing.', 'Such as: awo test generate --base main');
  const seed = wholeNumber(flags.seed ?? '1', '--seed', 0, 2 ** 31);
  const calls = flags.calls === undefined ? {} : { calls: wholeNumber(flags.calls, '--calls', 1, 5000) };
  const repo = resolve(context.cwd, flags.repo ?? '.');
  const propose = await casesFromModel(context);
  const say = (text: string): void => context.terminal.err(context.terminal.style('dim', text));
  const generated = await generateTests(repo, flags.base, flags.head ?? 'HEAD', {
    seed,
    ...calls,
    ...(propose ? { propose } : {}),
    ...(context.terminal.isTty ? { say } : {}),
  });
  const delivered = await deliver(context, repo, flags, generated);
  await print(context.terminal, formatOf(context), { ...generated, delivered }, () => lines(generated, delivered));
  return EXIT.reached;
}

function wholeNumber(text: string, flag: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`"${text}" cannot be ${flag}: expected a whole number from ${min} to ${max}.`);
  return value;
}

async function deliver(context: CliContext, repo: string, { patch, branch }: GenerateFlags, { tests, patch: text, head }: Generated): Promise<Delivered> {
  const delivered: Delivered = { patchFile: null, branch: null, commit: null };
  if (patch !== undefined) {
    delivered.patchFile = resolve(context.cwd, patch);
    writeFileSync(delivered.patchFile, text);
  }
  if (branch !== undefined && tests.files.length > 0) {
    const repository = await openRepository(repo);
    await repository.close();
    const files = [...new Set(tests.kept.map((test) => test.function))];
    delivered.branch = branch;
    delivered.commit = await commitToBranch(
      repository.root,
      head,
      branch,
      tests.files,
      `Hold what ${files.slice(0, 5).join(', ')} give${files.length === 1 ? 's' : ''}`,
    );
  }
  return delivered;
}

function* lines({ functions, findings, tests, patch, isolation }: Generated, { patchFile, branch }: Delivered): Generator<string> {
  yield `Touched functions: ${functions.length}; calls made of each version: ${functions.reduce((sum, one) => sum + one.calls, 0)}`;
  if (isolation.files === 'shared') yield 'The code could not be kept from writing files here: this system gives no namespaces to this user';
  if (findings.length === 0) yield functions.some((one) => one.calls > 0) ? 'No difference was seen' : 'Nothing could be compared';
  for (const one of findings) {
    yield `${one.file}:${one.line}  ${one.text}${one.meant ? ' (a test of it changed as well: it may be meant)' : ''}`;
    if (one.input.length > 0) yield `    the smallest such call: ${one.function}(${one.input.join(', ')})`;
  }
  for (const one of functions) {
    if (one.unjudged !== null) yield `${one.file}:${one.line}  ${one.function} was not compared: ${one.unjudged}`;
    else if (one.unsteady > 0)
      yield `${one.file}:${one.line}  ${one.function} depends on time or chance in ${one.unsteady} of ${one.calls} calls; these were not compared`;
  }
  for (const one of tests.kept) {
    yield `${one.file}  ${one.title}`;
    for (const kill of one.kills) yield `    alone in noticing: ${kill}`;
  }
  if (tests.mutants.made > 0)
    yield `Tests kept: ${tests.kept.length}; of ${tests.mutants.made} mutants of the changed lines existing tests notice ${tests.mutants.killedByOthers}, the kept ones ${tests.mutants.killedByKept} more`;
  yield* tests.notes;
  if (patch === '') return;
  yield patchFile !== null ? `git apply ${patchFile}` : branch !== null ? `They are on the branch ${branch}` : 'Take them with --patch FILE or --branch NAME';
}
