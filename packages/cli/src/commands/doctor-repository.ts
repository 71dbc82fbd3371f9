// awo doctor --repo: every finding with the line it came from, what is missing, and the awo.yaml that would pin it.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Finding, RepoModel } from '@awo/contracts';
import { describeRepository, openRepository } from '@awo/repository';
import { suggestAwoYaml } from '@awo/repository/suggest';
import type { CliContext } from '../context.ts';
import { EXIT, RefusedError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { padEnd, widthOf } from '../output/columns.ts';
import { print } from '../output/print.ts';
import { short } from '../output/quantities.ts';
import type { Format, Style } from '../output/style.ts';
import type { DoctorOptions } from './doctor.ts';

const LEVELS: Record<Finding['level'], { mark: string; format: Format }> = {
  found: { mark: '✓', format: 'green' },
  guess: { mark: '?', format: 'yellow' },
  missing: { mark: '–', format: 'yellow' },
  error: { mark: '✗', format: 'red' },
};

/** Needs no running installation. Exit code 1 where a finding is an error. */
export async function doctorRepository({ cwd, terminal, format }: CliContext, path: string, { ref, write }: DoctorOptions): Promise<ExitCode> {
  const repository = await openRepository(resolve(cwd, path));
  try {
    const { sha, subject, root } = await repository.resolve(ref ?? 'HEAD');
    const file = join(root, 'awo.yaml');
    // Without --ref the file as it is being written counts, not the one that was committed.
    const draft = ref === undefined && existsSync(file) ? await readFile(file, 'utf8') : undefined;
    const model = await describeRepository(repository, sha, draft);
    const suggested = suggestAwoYaml(model);
    if (write) await writeOnce(file, suggested);
    const data = {
      repo: root,
      sha,
      services: model.services,
      suites: model.suites,
      units: model.units,
      environments: model.environments,
      policy: model.policy,
      findings: model.findings,
      awoYaml: suggested,
    };
    await print(terminal, format, data, (wide) => [
      `${terminal.style('bold', root)}  ${short(sha)}  ${subject}${draft === undefined ? '' : '  (with awo.yaml as it is in the work tree)'}`,
      '',
      ...findingLines(model, terminal.style, wide),
      ...(write
        ? ['', `Written to ${file}.`]
        : existsSync(file)
          ? []
          : [
              '',
              terminal.style('bold', 'This awo.yaml would pin it (written by --write):'),
              '',
              ...suggested
                .trimEnd()
                .split('\n')
                .map((line) => `  ${line}`),
            ]),
    ]);
    return model.findings.some((f) => f.level === 'error') ? EXIT.endedOtherwise : EXIT.reached;
  } finally {
    await repository.close();
  }
}

async function writeOnce(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new RefusedError(`${file} is there already; it was not touched.`, 'Remove it first, or see what is inferred without --write.');
  }
}

/** In the order of the model; hints stand below what they are about. */
function findingLines({ findings, services, suites }: RepoModel, style: Style, wide: boolean): string[] {
  const widthFor = (text: (f: Finding) => string, most: number) => Math.min(most, Math.max(0, ...findings.map((f) => widthOf(text(f)))));
  const about = widthFor((f) => f.about, 24);
  const what = widthFor((f) => f.what, 18);
  const value = widthFor((f) => f.value, wide ? 120 : 56);
  const lines = findings.flatMap((f) => {
    const { mark, format } = LEVELS[f.level];
    return [
      `${style(format, mark)} ${padEnd(f.about, about)}  ${padEnd(f.what, what)}  ${padEnd(f.value, value)}  ${style('dim', f.at)}`.trimEnd(),
      ...(f.hint ? [style('dim', `    ${f.hint}`)] : []),
    ];
  });
  const missing = findings.filter((f) => f.level === 'missing' || f.level === 'error').length;
  return [
    ...lines,
    '',
    `${services.length} services, ${suites.length} test suites; ${missing === 0 ? 'nothing is missing' : `${missing} things are missing or wrong`}.`,
  ];
}
