// Which failures are known, until when and whose they are. Pure.
import type { Quarantined } from '@awo/contracts';

/** What is asked of a suite's result. `failing` may name fewer than `counts` has. */
type Judged = { suite: string; verdict: 'passed' | 'failed' | 'broken'; counts: { failed: number }; failing: readonly { name: string }[] };

type Excuses = {
  /** Suites in which nothing else failed, with what is excused in each. */
  excused: Map<string, string[]>;
  /** Entries whose day is over and whose test failed. */
  expired: string[];
};

/** A suite is excused only where every one of its failures is: what is not named counts, and so does what has too many failures to name. */
export function excuse(results: readonly Judged[], quarantine: readonly Quarantined[], today: string): Excuses {
  const excused = new Map<string, string[]>();
  const expired = new Set<string>();
  for (const { suite, verdict, failing, counts } of results) {
    if (verdict !== 'failed') continue;
    const found = failing.map(({ name }) => ({ name, entries: quarantine.filter((entry) => fits(entry, suite, name)) }));
    for (const { name, entries } of found) {
      const [over] = entries.filter(({ until }) => until < today);
      if (over && !entries.some(({ until }) => until >= today)) expired.add(cut(`${suite}: ${name}, until ${over.until}, ${over.owner}`, 300));
    }
    const valid = found.map(({ name, entries }) => ({ name, entry: entries.find(({ until }) => until >= today) }));
    if (counts.failed === failing.length && valid.length > 0 && valid.every(({ entry }) => entry !== undefined))
      excused.set(
        suite,
        valid.map(({ name, entry }) => cut(`${suite}: ${name}, until ${entry?.until}, ${entry?.owner}`, 300)),
      );
  }
  return { excused, expired: [...expired] };
}

function fits(entry: Quarantined, suite: string, name: string): boolean {
  if (entry.suite !== undefined && entry.suite !== suite) return false;
  const parts = entry.test.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`).test(name);
}

const cut = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 4)} ...`);
