// Chooses the tests that a change calls for, and says at which risk the others are left out. Pure.
import type { Change, ChangedSource } from './change.ts';
import { type Evidence, type Place, placesOf } from './evidence.ts';
import { affinity, wordsOf } from './words.ts';

type Selected = { test: string; chosen: boolean; probability: number; reasons: string[] };
export type Selection = {
  tests: Selected[];
  chosen: number;
  total: number;
  /** Chance that the left-out tests would have found what no chosen one finds, as estimated. */
  leftOutRisk: number;
  risk: number;
  share: number;
  /** True where the share, not the risk, ended the choice: `leftOutRisk` is then above `risk`. */
  capped: boolean;
  /** Changed code that no test executes. */
  uncovered: string[];
  fallback: { kind: string; files: string[]; because: string } | null;
};

/** What is known of a test besides coverage: by imports, by its own file, by what coverage cannot show, or nothing. */
export type Link = { kind: 'changed' | 'reached' | 'beyond' | 'unreached'; text: string };
export type SelectOptions = { risk: number; share: number; links?: ReadonlyMap<string, Link>; rates?: ReadonlyMap<string, { failed: number; runs: number }> };

/** Log odds that a test finds the fault of a change that has one, by the closest thing it executes. */
const CLOSENESS: Record<Place['kind'], number> = { line: -0.6, function: -1, module: -2.8, beside: -10, file: -9 };
const LINKED: Record<Link['kind'], number> = { changed: 3, reached: -1.5, beyond: -1.5, unreached: -10 };
const NOTHING = -11;
/** Share of changes that break something a test can see, where history does not say. */
const BREAKS = 0.1;

type Judged = { test: string; odds: number; reasons: string[]; must: boolean; place: string };

/** `tests` are all that there are, beside those that coverage knows. A test that cannot be related is run. */
export function selectFrom(
  change: Change,
  evidence: Evidence,
  tests: Iterable<string>,
  { risk, share, links = new Map(), rates = new Map() }: SelectOptions,
): Selection {
  const all = [...new Set([...evidence.tests.keys(), ...tests, ...links.keys()])].sort();
  const places = placesOf(change, evidence);
  const judged = judgeAll(change, evidence, all, places, links, rates);
  const { chosen, leftOutRisk, capped } = choose(judged, change.widened.length > 0, risk, share);
  const covered = new Set([...evidence.tests.values()].flatMap(({ touches }) => touches.map((touch) => touch.path)));
  return {
    tests: judged.map(({ test, odds, reasons }) => ({ test, chosen: chosen.has(test), probability: Number((BREAKS * chance(odds)).toPrecision(4)), reasons })),
    chosen: chosen.size,
    total: all.length,
    leftOutRisk: Number(leftOutRisk.toPrecision(4)),
    risk,
    share,
    capped,
    uncovered: evidence.tests.size === 0 ? [] : change.files.filter((file) => !file.isTest && !covered.has(file.path)).map((file) => file.path),
    fallback:
      change.widened.length === 0
        ? null
        : { kind: 'unseen-by-coverage', files: change.widened.map((one) => one.path).slice(0, 50), because: change.widened[0]?.because ?? '' },
  };
}

const chance = (odds: number): number => 1 / (1 + Math.exp(-odds));

function judgeAll(
  change: Change,
  evidence: Evidence,
  all: readonly string[],
  places: readonly Place[],
  links: ReadonlyMap<string, Link>,
  rates: NonNullable<SelectOptions['rates']>,
): Judged[] {
  const by = new Map<string, Place[]>();
  for (const place of places) for (const test of place.tests) by.set(test, [...(by.get(test) ?? []), place]);
  const near = affinity(all, topicOf(change));
  const related = Math.max(1, evidence.tests.size);
  const breadths = [...by.keys()].map((test) => Math.max(1, evidence.tests.get(test)?.breadth ?? 1)).sort((a, b) => a - b);
  const median = breadths[Math.floor(breadths.length / 2)] ?? 1;
  const usual = meanRate(rates);
  const titles = change.files.flatMap((file) => file.titles);
  return all.map((test) => {
    const own = by.get(test) ?? [];
    const link = links.get(test);
    const known = evidence.tests.get(test);
    const changedItself = changedTest(test, change.files, titles);
    if (!known && !link && !changedItself)
      return { test, odds: LINKED.reached, reasons: ['cannot be related to the change: it is run'], must: true, place: '' };
    const ranked = own
      .map((place) => ({ place, odds: CLOSENESS[place.kind] + (isDistant(place.kind) ? 0 : 0.7 * Math.log(related / place.tests.size)) }))
      .sort((a, b) => b.odds - a.odds);
    const best = ranked[0];
    const parts: { odds: number; text: string }[] = [];
    if (best) parts.push({ odds: best.odds, text: `executes ${best.place.words} (${best.place.tests.size} of ${related} tests do)` });
    else if (link) parts.push({ odds: LINKED[link.kind], text: link.text });
    else parts.push({ odds: NOTHING, text: 'executes nothing that changed' });
    if (best && link?.kind === 'beyond') parts.unshift({ odds: Math.max(0, LINKED.beyond - best.odds), text: link.text });
    const further = ranked.filter((one, i) => i > 0 && !isDistant(one.place.kind)).length;
    if (further > 0) parts.push({ odds: 0.4 * Math.log1p(further), text: `and ${further} more changed places` });
    if (best && !isDistant(best.place.kind)) {
      const focus = 0.35 * Math.max(-3, Math.min(3, Math.log(median / Math.max(1, known?.breadth ?? median))));
      if (focus > 0.2) parts.push({ odds: focus, text: 'executes little else' });
      else parts.push({ odds: focus, text: '' });
      const speaks = near.get(test) ?? 0;
      if (speaks > 0) parts.push({ odds: 0.8 * speaks, text: 'its name speaks of what changed' });
    }
    const rate = rates.get(test);
    if (rate) {
      const odds = Math.max(-0.5, Math.min(1, 0.5 * Math.log((rate.failed + 5 * usual) / ((rate.runs + 5) * usual))));
      parts.push({ odds, text: odds > 0.2 ? `failed ${rate.failed} of ${rate.runs} runs` : '' });
    }
    if (changedItself) parts.unshift({ odds: 6, text: changedItself });
    const reasons = parts
      .filter((part) => part.text !== '')
      .map((part) => part.text)
      .slice(0, 3);
    return {
      test,
      odds: parts.reduce((sum, part) => sum + part.odds, 0),
      reasons,
      must: changedItself !== null || link?.kind === 'beyond' || (!known && link !== undefined && link.kind !== 'unreached'),
      place: best?.place.key ?? link?.kind ?? '',
    };
  });
}

/** Words of the changed functions and files. */
function topicOf({ files }: Change): Set<string> {
  const names = files
    .filter((file) => !file.isTest)
    .flatMap((file) => [file.path.split('/').slice(-2).join(' '), ...(file.functions ?? []).map((one) => one.name)]);
  return wordsOf(names.join(' '));
}

function changedTest(test: string, files: readonly ChangedSource[], titles: readonly string[]): string | null {
  const title = titles.find((one) => one.length > 3 && test.endsWith(one));
  if (title !== undefined) return 'the test itself changed';
  const file = files.find(
    (one) => one.isTest && one.titles.length === 0 && (test === one.path || test.startsWith(`${one.path}:`) || test.startsWith(`${one.path} `)),
  );
  return file ? `its file ${file.path} changed` : null;
}

function meanRate(rates: NonNullable<SelectOptions['rates']>): number {
  let [failed, runs] = [0.5, 50];
  for (const rate of rates.values()) {
    failed += rate.failed;
    runs += rate.runs;
  }
  return failed / runs;
}

/** Places that say only that a test is somewhere near. */
const DISTANT = /^(file |beside |unreached|$)/;
const isDistant = (kind: Place['kind']): boolean => kind === 'file' || kind === 'beside';

/**
 * Takes the likeliest until what is left is worth less than `risk`. A test that executes what changed counts in full; one that is only
 * near counts for what the chosen ones of its place miss: after k of them, 2 / (k + 2) of its chance (P.-S. Laplace 1774).
 */
function choose(judged: readonly Judged[], everything: boolean, risk: number, share: number): { chosen: Set<string>; leftOutRisk: number; capped: boolean } {
  const chosen = new Set(judged.filter((one) => everything || one.must).map((one) => one.test));
  const open = judged.filter((one) => !chosen.has(one.test)).sort((a, b) => b.odds - a.odds || (a.test < b.test ? -1 : 1));
  const left = new Map<string, { chance: number; taken: number }>();
  const at = (key: string) => {
    const place = left.get(key) ?? { chance: 0, taken: 0 };
    left.set(key, place);
    return place;
  };
  for (const one of judged) if (chosen.has(one.test)) at(one.place).taken += 1;
  for (const one of open) at(one.place).chance += BREAKS * chance(one.odds);
  const total = () => {
    const sum = [...left].reduce((all, [key, place]) => all + (DISTANT.test(key) ? (2 * place.chance) / (place.taken + 2) : place.chance), 0);
    // What subtraction leaves of nothing is nothing.
    return sum < 1e-12 ? 0 : sum;
  };
  const cap = Math.ceil(share * open.length);
  let taken = 0;
  for (const one of open) {
    if (total() <= risk) return { chosen, leftOutRisk: total(), capped: false };
    if (taken >= cap) return { chosen, leftOutRisk: total(), capped: true };
    const place = at(one.place);
    place.chance -= BREAKS * chance(one.odds);
    place.taken += 1;
    taken += 1;
    chosen.add(one.test);
  }
  return { chosen, leftOutRisk: total(), capped: false };
}
