// Whether the old revision of a service can come back: what awo.yaml declares, and what the impact analysis has found.
import { posix } from 'node:path';
import type { StepContext } from '@awo/agent';
import { type Reversibility, type ServiceModel, TerminalError, vcsDescribe, vcsReach } from '@awo/contracts';
import type { WayBack } from '@awo/strategy';

type Found = Reversibility | undefined;

/** Files that differ between two revisions, and what the analysis says of the way back between them. */
export async function differenceOf(ctx: StepContext, repo: string, base: string, head: string): Promise<{ files: string[]; found: Found }> {
  const { files, hints } = await ctx.call(vcsReach, { repo, base, head }, `reach-${base.slice(0, 7)}-${head.slice(0, 7)}`);
  return { files: files.map((f) => f.path), found: hints?.reversibility };
}

/** A person's word goes before the analysis; of what is declared the strictest counts. */
export function wayBackOf(service: Pick<ServiceModel, 'reversible' | 'migrations'> | undefined, files: readonly string[], found: Found): WayBack {
  const migration = files.find((file) => service?.migrations?.some((glob) => file === glob || posix.matchesGlob(file, glob)));
  if (migration !== undefined)
    return {
      frozenFrom: 'start',
      certain: true,
      because: `${migration} changes, which awo.yaml counts among the migrations: once it has run, the old one must not come back.`,
    };
  if (service?.reversible === false)
    return {
      frozenFrom: 'traffic',
      certain: true,
      because: 'awo.yaml says reversible: false: once the new one has had traffic, the old one must not come back.',
    };
  if (service?.reversible === true) return { frozenFrom: null, certain: true, because: 'awo.yaml says reversible: true.' };
  if (found?.reversible === 'no') return { frozenFrom: found.from ?? 'start', certain: true, because: found.because.slice(0, 400) };
  if (found?.reversible === 'unknown')
    return { frozenFrom: null, certain: false, because: `Taken as open, as nothing says that it is closed: ${found.because}`.slice(0, 400) };
  return { frozenFrom: null, certain: true, because: found?.because.slice(0, 400) ?? 'Nothing says that the old one could not come back.' };
}

/** Why the previous revision must not come back, null where nothing says so: what the present one declares of itself, held against the files in which the two differ. */
export async function whyFrozen(ctx: StepContext, service: string, repo: string, current: string, previous: string): Promise<string | null> {
  try {
    const model = await ctx.call(vcsDescribe, { repo, sha: current }, `describe-${current.slice(0, 7)}`);
    const own = model.services.find((s) => s.name === service);
    const { files, found } = await differenceOf(ctx, repo, previous, current);
    const wayBack = wayBackOf(own, files, found);
    return wayBack.frozenFrom === null ? null : wayBack.because;
  } catch (error) {
    // A revision that was rewritten away says nothing against what ran before it.
    if (error instanceof TerminalError) return null;
    throw error;
  }
}
