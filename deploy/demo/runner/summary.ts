// The last lines of the demo: what went live, what was undone, what it cost, and how to go on. Pure.
import { withoutCanary } from './exposure.ts';
import type { Played, PlayedIncident, PlayedLearning, PlayedNoWayBack, PlayedRelease } from './played.ts';

export type Links = { trace: string | null };

const LIVE = 'done';
/** The whole of it is what awo explain is for. */
const MOST_OF_A_REASON = 170;
const MARKS: Partial<Record<PlayedRelease['outcome'], string>> = { done: '✔', 'rolled-back': '↩', stopped: '■' };
const WORDS: Partial<Record<PlayedRelease['outcome'], string>> = {
  done: 'went live',
  'rolled-back': 'was undone',
  stopped: 'was stopped before any customer saw it',
};

export function summary(
  { releases, incident, gap, noWayBack, learning }: Pick<Played, 'releases' | 'incident' | 'gap' | 'noWayBack' | 'learning'>,
  { trace }: Links,
): string[] {
  const gapPart = gap?.branch ? [`  ✚ ${gap.ref.padEnd(14)} had a gap in its tests, closed by generated ones: branch ${gap.branch}`] : [];
  const learningPart = learning ? [`  ⏱ ${learning.ref.padEnd(14)} told of by its tests: ${learntInWords(learning)}`] : [];
  const heldPart = noWayBack ? heldLines(noWayBack) : [];
  const incidentPart = incident ? incidentLines(incident) : [];
  return [
    '',
    'Summary',
    ...releases.flatMap(releaseLines),
    ...heldPart,
    ...learningPart,
    ...gapPart,
    ...incidentPart,
    '',
    ...costLines(releases),
    '',
    ...goOn(releases, incident, trace),
  ];
}

export const toldAfter = (ms: number | null): string => (ms === null ? 'no failure' : `the first failure after ${(ms / 1000).toFixed(1)} s`);

export const learntInWords = ({ runs, first, last }: PlayedLearning): string =>
  `${toldAfter(first.firstFailureMs)} in the first of ${runs} runs, when ${first.suite} came first, and ${toldAfter(last.firstFailureMs)} in the last, when ${last.suite} did`;

function heldLines({ ref, subject, goal, outcome, because, forward }: PlayedNoWayBack): string[] {
  const held = outcome === 'needs-human' ? 'was held where it was, as there was no way back' : (WORDS[outcome] ?? outcome);
  const first = because.length > MOST_OF_A_REASON ? `${because.slice(0, MOST_OF_A_REASON)} …` : because;
  return [
    `  ${outcome === 'needs-human' ? '⏸' : (MARKS[outcome] ?? '✖')} ${ref.padEnd(14)} ${held}: ${subject}  (${goal})`,
    ...(outcome === LIVE ? [] : [`      ${first}`]),
    ...(forward
      ? [`  ${MARKS[forward.outcome] ?? '✖'} ${forward.ref.padEnd(14)} ${WORDS[forward.outcome] ?? forward.outcome}: the way on was forward  (${forward.goal})`]
      : []),
  ];
}

function incidentLines({ goal, outcome, because, noticedMs, tookMs, failedForCustomers }: PlayedIncident): string[] {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const line = outcome === LIVE ? `  ✔ ${'incident'.padEnd(14)} was mended` : `  ✖ ${'incident'.padEnd(14)} ${outcome}`;
  return [
    `${line}: noticed after ${seconds(noticedMs)}, over after ${seconds(tookMs)}, ${count(failedForCustomers)} customer requests failed  (${goal})`,
    `      ${because}`,
  ];
}

function releaseLines({ ref, subject, outcome, because, goal }: PlayedRelease): string[] {
  const line = `  ${MARKS[outcome] ?? '✖'} ${ref.padEnd(14)} ${WORDS[outcome] ?? outcome}: ${subject}  (${goal})`;
  return outcome === LIVE ? [line] : [line, `      ${because}`];
}

function costLines(releases: PlayedRelease[]): string[] {
  const undone = releases.filter((r) => r.outcome === 'rolled-back');
  const stages = undone.flatMap((r) => r.exposures.map((e) => ({ ref: r.ref, ...e }))).filter((e) => e.newRequests > 0);
  const failed = releases.reduce((sum, r) => sum + r.failedForCustomers, 0);
  const seen = `Over all releases ${count(failed)} customer requests failed.`;
  if (stages.length === 0) return [seen];
  return [
    ...stages.flatMap((e) => {
      if (e.newErrors === 0)
        return [
          `  the new ${e.service} (${e.ref}) had ${count(e.newRequests)} of ${count(e.newRequests + e.oldRequests)} requests until it was undone; none of them failed`,
        ];
      const all = e.newRequests + e.oldRequests;
      const ratio = `${((e.newErrors / e.newRequests) * 100).toFixed(1)} %`;
      return [
        `  with the canary      ${count(e.newErrors)} requests of ${e.customersWithErrors} customers failed: the new ${e.service} (${e.ref}) had ${count(e.newRequests)} of ${count(all)} requests, ${ratio} of them failed`,
        `  without the canary   ${count(withoutCanary(e))} would have failed: ${ratio} of all ${count(all)} in the same time`,
      ];
    }),
    seen,
  ];
}

function goOn(releases: PlayedRelease[], incident: PlayedIncident | undefined, trace: string | null): string[] {
  const goal = (releases.findLast((r) => r.outcome === 'rolled-back') ?? releases.at(-1))?.goal ?? 'GOAL';
  return [
    'Go on with',
    `  npx awo explain ${goal}   every decision, its numbers, and what was rejected`,
    `  npx awo log ${goal}       who did what, as it happened`,
    ...(incident ? [`  npx awo incident ${incident.goal}  the report on the incident`] : []),
    ...(incident?.outcome === LIVE
      ? [`  ${'npx awo rollback --repairs'.padEnd(27)}   what its repair has left in force is taken back, now that the cause is gone`]
      : []),
    `  ${trace ?? 'npx awo up --jaeger'.padEnd(27)}   the trace of it${trace === null ? ' in Jaeger, from the next release on' : ''}`,
  ];
}

export const howToReleaseYourOwn = (addresses: Map<string, string>): string[] => [
  ...(addresses.size === 0 ? [] : ['', `The shop is open: ${addresses.get('web') ?? [...addresses.values()][0]}`]),
  'Release your own repository:  npx awo release --repo PATH --ref REF --wait',
  'Ctrl-C ends everything; the next npm start goes on from here.',
];

const count = (n: number): string => n.toLocaleString('en-US');
