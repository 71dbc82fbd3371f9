// awo impact: what a change touches and which tests can see it. Needs no running installation.
import { join, resolve } from 'node:path';
import { analyseImpact, openReachCache } from '@awo/code-graph';
import { describeRemembered, openRepository, type Repository } from '@awo/repository';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { print } from '../output/print.ts';

export type ImpactCommandOptions = { repo?: string | undefined; base?: string | undefined; head?: string | undefined };

export async function impact(context: CliContext, { repo, base, head }: ImpactCommandOptions): Promise<ExitCode> {
  const { cwd, terminal, format, document } = context;
  const repository = await openRepository(resolve(cwd, repo ?? '.'));
  const dir = join(findHome(context), 'cache', 'imports');
  const cache = openReachCache({ dir });
  try {
    const { from, to } = await revisions(repository, base, head);
    const report = await analyseImpact(repository, await describeRemembered(repository, to, dir), from, to, { cache });
    if (document === 'md') terminal.out((await import('../impact/markdown.ts')).impactMarkdown(report));
    else if (document === 'mermaid') terminal.out((await import('../impact/mermaid.ts')).impactMermaid(report));
    else if (document === 'html') terminal.out((await import('../impact/page.ts')).impactPage(report));
    else {
      const { impactLines } = await import('../impact/lines.ts');
      await print(terminal, format, report, (wide) => impactLines(report, terminal.style, wide));
    }
    return EXIT.reached;
  } finally {
    cache.close();
    await repository.close();
  }
}

async function revisions(repository: Repository, base: string | undefined, head: string | undefined): Promise<{ from: string | null; to: string }> {
  const [to, from] = await Promise.all([repository.resolve(head ?? 'HEAD'), base === undefined ? null : repository.resolve(base)]);
  return { from: from === null ? to.parent : from.sha, to: to.sha };
}
