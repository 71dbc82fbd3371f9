// Was it something else: a service that is called, the machine, more customers? Pure.
import { candidate, type Candidate } from './candidate.ts';
import { failedWatch, textsOf } from './commit-candidate.ts';
import type { DiagnosisFacts, Neighbour, Watched } from './facts.ts';
import { namesConnection, namesService } from './mentions.ts';

/** From the first share of traffic to the last verdict; errors a little before it count as well. */
function span(facts: DiagnosisFacts): { from: number; to: number } | null {
  const from = facts.changed.flatMap((s) => (s.trafficSince === null ? [] : [Date.parse(s.trafficSince)]));
  const to = [...facts.watched.map((w) => w.settledAt), ...facts.failed.map((f) => f.settledAt)].flatMap((at) => (at === null ? [] : [Date.parse(at)]));
  return from.length === 0 || to.length === 0 ? null : { from: Math.min(...from) - 5000, to: Math.max(...to) + 1000 };
}

const worstWatch = (facts: DiagnosisFacts): Watched | null => facts.watched.find((w) => !w.passed) ?? null;
const oldUnaffected = (w: Watched | null): boolean =>
  w !== null && w.concurrent && w.comparison.old.requests >= 50 && w.comparison.old.errors <= 0.002 * w.comparison.old.requests;

export function dependencyCandidates(facts: DiagnosisFacts): Candidate[] {
  const time = span(facts);
  const watch = worstWatch(facts);
  const texts = facts.changed.flatMap(textsOf);
  const candidates = facts.neighbours.map((n) => {
    const c = candidate('dependency', `service ${n.service}`);
    const naming = texts.find((t) => namesService(t, n.service, n.address));
    if (naming !== undefined) c.for(2, `An error of the new one names ${n.service}: ${naming.trim().slice(0, 160)}`);
    const errors = errorsIn(n, time);
    if (errors !== null) c.for(2, errors);
    const down = n.processes.find((p) => p.state !== 'ready' && p.state !== 'stopped' && p.state !== 'draining');
    if (down !== undefined) c.for(2, `${n.service} ${down.revision.slice(0, 7)} is ${down.state}.`);
    if (naming === undefined) c.against(1, `No error names ${n.service}.`);
    if (errors === null && down === undefined) c.against(1, `${n.service} answered without errors in that time.`);
    if (oldUnaffected(watch)) c.against(2, 'The old one, in the same surroundings, was not affected.');
    return c.done();
  });
  const unnamed = texts.filter(namesConnection);
  if (unnamed.length > 0 && candidates.every((c) => c.score <= 0)) {
    const c = candidate('dependency', 'something outside this environment that the service calls').for(
      1,
      `Errors speak of a connection: ${unnamed[0]?.trim().slice(0, 160)}`,
    );
    if (oldUnaffected(watch)) c.against(2, 'The old one, in the same surroundings, was not affected.');
    candidates.push(c.done());
  }
  return candidates;
}

function errorsIn(n: Neighbour, time: { from: number; to: number } | null): string | null {
  if (time === null) return null;
  for (const r of n.revisions) {
    const inside = r.samples.find((x) => Date.parse(x.at) >= time.from && Date.parse(x.at) <= time.to);
    if (inside !== undefined) return `${n.service} failed in the same time: ${inside.method} ${inside.path} ${inside.status} at ${inside.at}.`;
    if (r.firstErrorAt !== null && Date.parse(r.firstErrorAt) >= time.from && Date.parse(r.firstErrorAt) <= time.to)
      return `The first error of ${n.service} came in the same time, at ${r.firstErrorAt}.`;
  }
  return null;
}

const SLOWER = 1.5;
const LOW_MEMORY_BYTES = 200 * 1024 * 1024;

export function machineCandidate(facts: DiagnosisFacts): Candidate {
  const c = candidate('machine', 'the machine');
  const { machine } = facts;
  const watch = worstWatch(facts);
  if (machine === null) c.against(0, 'Load and memory of the machine are not known.');
  else {
    const load = `Load ${machine.load1.toFixed(1)} on ${machine.cores} cores`;
    if (machine.load1 > 1.5 * machine.cores) c.for(1, `${load}.`);
    else c.against(1, `${load}, ${Math.round(machine.memoryFreeBytes / 1048576)} MB of memory free.`);
    if (machine.memoryFreeBytes < LOW_MEMORY_BYTES) c.for(2, `Only ${Math.round(machine.memoryFreeBytes / 1048576)} MB of memory are free.`);
  }
  if (watch === null) return c.done();
  const [before, during] = [watch.past?.p95Ms ?? null, watch.comparison.old.p95Ms];
  if (watch.concurrent && before !== null && during !== null) {
    if (during > SLOWER * before && during - before > 5)
      c.for(2, `The old one became slower as well: p95 ${Math.round(before)} ms before, ${Math.round(during)} ms during the release.`);
    else c.against(1, `The old one was as fast as before: p95 ${Math.round(during)} ms.`);
  }
  if (oldUnaffected(watch)) c.against(2, 'The old one ran on the same machine and was not affected.');
  return c.done();
}

export function loadCandidate(facts: DiagnosisFacts): Candidate {
  const c = candidate('load', 'more traffic than before');
  const watch = worstWatch(facts);
  const service = facts.changed.find((s) => s.change.service === watch?.service);
  const before = service?.rpsBefore ?? null;
  if (watch === null || before === null || watch.elapsedMs <= 0) return c.against(0, 'The traffic before and during the release is not known.').done();
  const { old, new: fresh } = watch.comparison;
  const during = (watch.concurrent ? old.requests + fresh.requests : fresh.requests) / (watch.elapsedMs / 1000);
  const numbers = `${Math.round(before)} requests/s before, ${Math.round(during)} during the release`;
  if (during > 1.5 * before && before > 0) c.for(2, `${numbers}.`);
  else c.against(1, `${numbers}.`);
  if (oldUnaffected(failedWatch(facts, watch.service))) c.against(2, 'The old one had most of the traffic and was not affected.');
  return c.done();
}
