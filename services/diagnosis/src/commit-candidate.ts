// Was it this change? Pure.
import { candidate, type Candidate } from './candidate.ts';
import type { ChangedService, Commit, DiagnosisFacts, Watched } from './facts.ts';
import { errorLines, filesNamed, namesConnection } from './mentions.ts';

export const textsOf = (s: ChangedService): string[] => [...(s.fresh?.samples ?? []).map((x) => x.body), ...errorLines(s.logs)];

/** The watch that ended the release of a service. */
export const failedWatch = (facts: DiagnosisFacts, service: string): Watched | null => facts.watched.find((w) => w.service === service && !w.passed) ?? null;

/** Commits whose files the errors name; all of them where none is named. */
export function implicated(s: ChangedService): { commits: Commit[]; named: { file: string; text: string }[] } {
  const named = filesNamed(textsOf(s), [...new Set(s.commits.flatMap((c) => c.files))]);
  const files = new Set(named.map((n) => n.file));
  const hit = s.commits.filter((c) => c.files.some((f) => files.has(f)));
  return { commits: hit.length > 0 ? hit : s.commits, named };
}

export function commitCandidate(facts: DiagnosisFacts, s: ChangedService): Candidate {
  const { commits, named } = implicated(s);
  const watch = failedWatch(facts, s.change.service);
  const c = candidate('commit', causeOf(s, commits));
  const failed = facts.failed.find((f) => f.service === s.change.service && f.kind === 'start-revision');
  if (failed !== undefined)
    c.for(3, `${s.change.service} ${s.change.head.slice(0, 7)} did not become healthy (${failed.code}), before any customer reached it.`);
  if (watch !== null) compared(c, watch, s);
  for (const { file, text } of named.slice(0, 3))
    c.for(3, `An error of the new one names ${file}, which ${commits[0]?.sha.slice(0, 7) ?? 'the change'} changed: ${text}`);
  c.for(1, soonAfter(s));
  const bodies = (s.fresh?.samples ?? []).map((x) => x.body);
  if (bodies.length > 0 && named.length === 0) {
    c.against(
      bodies.every(namesConnection) ? 2 : 0,
      bodies.every(namesConnection)
        ? `All its error answers speak of a connection: ${bodies[0]?.slice(0, 120)}`
        : 'No error answer or log line names a changed file.',
    );
  }
  const shared = (s.old?.samples ?? []).find((o) => sameTime(o.at, s) && bodies.includes(o.body));
  if (shared !== undefined) c.against(2, `The old one gave the same error in the same time: ${shared.status} ${shared.body.slice(0, 120)}`);
  if (s.commits.length > 0 && s.commits.every((x) => x.files.every((f) => /\.(md|txt|rst)$/i.test(f)))) c.against(2, 'The change touches documentation only.');
  return c.done();
}

function compared(c: ReturnType<typeof candidate>, watch: Watched, s: ChangedService): void {
  const { old, new: fresh } = watch.comparison;
  const numbers = `${fresh.errors} of ${fresh.requests} requests to the new one failed, ${old.errors} of ${old.requests} to the old one`;
  const oldRatio = old.errors / Math.max(1, old.requests);
  const newRatio = fresh.errors / Math.max(1, fresh.requests);
  const sameTimeOnly = watch.concurrent && old.requests > 0;
  if (watch.because === 'error-rate-worse') {
    c.for(sameTimeOnly ? 3 : 2, sameTimeOnly ? `${numbers}, at the same time on the same machine.` : `${numbers} before the switch.`);
    if (!sameTimeOnly) c.against(1, 'The old one served nobody at the same time: something else may have changed in that moment.');
  }
  if (watch.because === 'latency-worse')
    c.for(
      sameTimeOnly ? 3 : 2,
      `p95 of the new one is ${ms(fresh.p95Ms)}, of the old one ${ms(old.p95Ms)}${sameTimeOnly ? ' at the same time' : ' before the switch'}.`,
    );
  if (watch.because === 'crashing') c.for(3, `The new one restarted ${Math.max(1, fresh.restarts)} times; the old one ran on.`);
  if (watch.because === 'memory-growing')
    c.for(3, `The memory of the new one grows steadily (${Math.round((fresh.memoryBytes ?? 0) / 1048576)} MB at last); the old one's does not.`);
  if (sameTimeOnly && oldRatio > 0.005 && oldRatio > newRatio / 2) c.against(3, `The old one failed about as often: ${numbers}.`);
  if (watch.because === 'deadline-without-evidence') c.against(0, `The watch gave up without a verdict: ${numbers}.`);
  if (sameTimeOnly && old.errors === 0 && s.change.base !== null && fresh.errors > 0) c.for(1, 'The old one had no error at all in that time.');
}

/** Errors of the new one that began with its first requests. */
function soonAfter(s: ChangedService): string | null {
  if (s.trafficSince === null || !s.fresh?.firstErrorAt) return null;
  const seconds = (Date.parse(s.fresh.firstErrorAt) - Date.parse(s.trafficSince)) / 1000;
  return seconds >= -1 && seconds <= 30 ? `Its first error came ${Math.max(0, Math.round(seconds * 10) / 10)} s after its first share of traffic.` : null;
}

const sameTime = (at: string, s: ChangedService): boolean => s.trafficSince !== null && Date.parse(at) >= Date.parse(s.trafficSince) - 1000;
const ms = (x: number | null): string => (x === null ? 'unknown' : `${Math.round(x)} ms`);

function causeOf(s: ChangedService, commits: Commit[]): string {
  const [first] = commits;
  if (first === undefined) return `${s.change.service} ${s.change.head.slice(0, 7)}: the change itself`;
  if (commits.length === 1) return `commit ${first.sha.slice(0, 7)} "${first.subject}" in ${s.change.service}`;
  return `one of ${commits.length} commits in ${s.change.service}, newest ${first.sha.slice(0, 7)} "${first.subject}"`;
}
