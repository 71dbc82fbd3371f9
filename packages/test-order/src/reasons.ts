// Says in words what moved a test up or down. Pure.
import { type Input, INPUTS, type Row } from './features.ts';

const SHOWN = 3;
const RATES: ReadonlySet<Input> = new Set(['recent-and-long', 'rate', 'rate-fast', 'rate-slow', 'rate-all']);
/** What a test without a verdict has nothing to say about. */
const OF_VERDICTS: ReadonlySet<Input> = new Set([
  ...RATES,
  'pattern',
  'long-pattern',
  'pause',
  'failure-age',
  'newness',
  'new',
  'flipping',
  'relative',
  'pattern-pause',
  'own-next',
  'beside-since',
]);

/** The strongest reasons of a row, against the mean of the cycle's rows. */
export function reasonsOf(rows: readonly Row[], parts: (row: Row) => Float64Array): (row: Row, now: number) => string[] {
  const all = new Map(rows.map((row) => [row, parts(row)]));
  const means = new Float64Array(INPUTS.length);
  for (const part of all.values()) for (let i = 0; i < means.length; i += 1) means[i] = (means[i] ?? 0) + (part[i] ?? 0) / rows.length;
  return (row, now) => {
    const by = means.map((mean, i) => (all.get(row)?.[i] ?? 0) - mean);
    const said = new Set<string>();
    while (said.size < SHOWN) {
      let best = 0;
      for (let i = 1; i < by.length; i += 1) if (Math.abs(by[i] ?? 0) > Math.abs(by[best] ?? 0)) best = i;
      const strength = by[best] ?? 0;
      const input = INPUTS[best];
      if (input === undefined || Math.abs(strength) < 0.005) break;
      by[best] = 0;
      said.add(`${wordsOf(input, row, now)} (${strength > 0 ? '+' : '-'}${Math.abs(strength).toFixed(2)})`);
    }
    return [...said];
  };
}

function wordsOf(input: Input, { memory: m, durationMs }: Row, now: number): string {
  const verdicts = m.pattern.toString(2).padStart(8, '0').slice(-Math.min(m.runs, 8)).replaceAll('1', 'F').replaceAll('0', 'P');
  if (m.runs === 0 && OF_VERDICTS.has(input)) return 'new: nothing is known of it';
  if (m.fails === 0 && RATES.has(input)) return `no failure in ${m.runs} runs`;
  switch (input) {
    case 'pattern':
    case 'long-pattern':
      return `how tests go on after ${input === 'pattern' ? verdicts.slice(-4) : verdicts}`;
    case 'pause':
      return `last run ${now - m.lastCycle} cycles ago`;
    case 'failure-age':
      return m.fails === 0
        ? `no failure in ${m.runs} runs`
        : m.runsSinceFailure === 0
          ? 'failed in its last run'
          : `${m.runsSinceFailure} runs since its last failure`;
    case 'newness':
      return `${m.runs} runs in ${now - m.firstCycle} cycles`;
    case 'new':
      return 'not new';
    case 'duration':
    case 'short':
      return durationMs === undefined ? 'duration unknown' : `takes ${Math.round(durationMs)} ms`;
    case 'flipping':
      return `changed its verdict ${m.flips} times in ${m.runs} runs`;
    case 'recent-and-long':
    case 'rate':
      return `fails ${percent(m.rates[1])} of the time lately`;
    case 'rate-fast':
      return `fails ${percent(m.rates[2])} of its last runs`;
    case 'rate-slow':
      return `fails ${percent(m.rates[0])} over a longer time`;
    case 'rate-all':
      return `failed ${m.fails} of ${m.runs} runs`;
    case 'relative':
      return m.relative > 0 ? 'fails when others pass' : 'fails no more than others do';
    case 'neighbours':
    case 'group':
    case 'wide-group':
      return `failures near ${m.groups[input === 'wide-group' ? 1 : 0] ?? 'it'}`;
    case 'group-now':
    case 'wide-group-now':
      return `failures near ${m.groups[input === 'group-now' ? 0 : 1] ?? 'it'} just now`;
    case 'together':
      return 'fails together with what failed last';
    case 'pattern-pause':
      return `how tests go on after ${verdicts.slice(-3)}, last run ${now - m.lastCycle} cycles ago`;
    case 'pattern-beside':
      return `its last verdicts, and those of tests with names beside its own`;
    case 'beside-since':
      return 'tests with names beside its own, after its last run';
    case 'own-next':
      return `how it went on itself after ${verdicts.slice(-2)}`;
    case 'words':
      return 'failures of tests that share words of its name';
    case 'changed':
      return 'failed before when these files changed';
    case 'number':
      return 'its number among the others';
  }
}

const percent = (share: number | undefined): string => `${Math.round(100 * (share ?? 0))} %`;
