// Why a change touches each unit, and each suite is run or left out: the chains that the facts of the verdict hold. Pure.
import { chainConfidence, chainLine, ImpactAssessed, ImpactReason, TouchedUnit } from '@awo/contracts';
import { testedUnits } from '@awo/test-order/ordering';
import { z } from 'zod';
import { percentOf, worstFirst } from '../impact/chain.ts';
import { cut } from '../output/columns.ts';

/** Of the recorded facts what the chains need; `reach` as the impact agent got it. */
const Facts = z.object({
  reach: z.object({ units: z.array(TouchedUnit.pick({ id: true, change: true, risk: true }).extend({ reasons: z.array(ImpactReason) })) }),
  suites: z.array(z.object({ id: z.string(), unit: z.string() })),
});
const Scope = ImpactAssessed.pick({ suites: true, dropped: true });

type Unit = { id: string; change: string; risk: string; sure: number; chain: string; reasons: ImpactReason[] };
/** `through`: the touched unit whose chain leads to the suite; null with what is left out. `because`: why it is left out, as far as it was recorded. */
type Suite = { suite: string; chosen: boolean; through: string | null; sure: number | null; chain: string | null; because: string | null };
/** These field names are documented in docs/cli-data.md. */
export type ImpactChains = { units: Unit[]; suites: Suite[] };

/** Units worst first, suites surest first. Null where the facts are not of this form: they were recorded by another version. `output`: what the step gave. */
export function impactChains(facts: unknown, output: unknown): ImpactChains | null {
  const known = Facts.safeParse(facts);
  if (!known.success) return null;
  const { reach, suites } = known.data;
  const units = worstFirst(reach.units.map((unit) => ({ ...unit, sure: chainConfidence(unit.reasons), chain: chainLine(unit.reasons) })));
  const surest = units.toSorted((a, b) => b.sure - a.sure);
  const scope = Scope.safeParse(output).data;
  // A verdict that was not carried out chose nothing: then no suite is said to be left out.
  if (!scope) return { units, suites: [] };
  const chosen = new Set(scope.suites);
  const because = new Map(scope.dropped.map((one) => [one.suite, one.because]));
  const explained = suites.map((suite): Suite => {
    const by = chosen.has(suite.id) ? surest.find((unit) => testedUnits(suites, [unit]).has(suite.unit)) : undefined;
    const left = because.get(suite.id) ?? null;
    return { suite: suite.id, chosen: chosen.has(suite.id), through: by?.id ?? null, sure: by?.sure ?? null, chain: by?.chain ?? null, because: left };
  });
  return { units, suites: explained.toSorted((a, b) => Number(b.chosen) - Number(a.chosen) || (b.sure ?? 0) - (a.sure ?? 0)) };
}

const SHOWN = 5;
/** About three lines of a terminal: a chain of many links is told by its beginning, and whole by -o json. */
const ROOM = 240;

/** The first few of each kind, and how many more there are. */
export function impactRows({ units, suites }: ImpactChains): { label: string; text: string }[] {
  const rows = (label: string, texts: readonly string[]) => [
    ...texts.slice(0, SHOWN).map((text, i) => ({ label: i === 0 ? label : '', text })),
    ...(texts.length > SHOWN ? [{ label: '', text: `… and ${texts.length - SHOWN} more: -o json` }] : []),
  ];
  return [
    ...rows('touches', units.map(unitWords)),
    ...rows(
      'runs',
      suites.filter((s) => s.chosen).map((s) => `${s.suite}: ${s.chain === null ? 'whatever changed' : cut(s.chain, ROOM)}${sureWords(s.sure)}`),
    ),
    ...rows(
      'leaves out',
      suites.filter((s) => !s.chosen).map((s) => cut(`${s.suite}${s.because === null ? '' : `: ${s.because}`}`, ROOM)),
    ),
  ];
}

/** A chain of one link has no way to tell: what changed there says more. */
function unitWords({ id, change, risk, sure, chain, reasons }: Unit): string {
  const [first] = reasons;
  const what = first && reasons.length === 1 ? `, ${first.text}` : '';
  return `${id} (${change}, ${risk} risk): ${cut(`${chain}${what}`, ROOM)}${sureWords(sure)}`;
}

const sureWords = (sure: number | null): string => (sure === null || sure === 1 ? '' : ` ${percentOf(sure)} sure`);
