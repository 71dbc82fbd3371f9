// node test/bench/unreliable-sources.ts [releases]: a row of docs/watching.md: how many releases were promoted without evidence while their sources failed.
import { isWithoutEvidence, playUnreliable } from '../../services/monitor/src/watch-rollout/unreliable-sources.ts';

const count = Number(process.argv[2] ?? 500);
const all = Array.from({ length: count }, (_, seed) => playUnreliable(seed));
const passed = all.filter((e) => e.decision.verdict === 'passed');
const share = (of: typeof all, test: (e: (typeof all)[number]) => boolean): string => `${of.filter(test).length} of ${of.length}`;
console.log(
  `releases ${count}, looks at which the source failed ${all.reduce((sum, e) => sum + e.looksLost, 0)} of ${all.reduce((sum, e) => sum + e.decisions.length, 0)}`,
);
console.log(`promoted ${passed.length}; without evidence ${passed.filter(isWithoutEvidence).length}`);
console.log(
  `bad ones undone ${share(
    all.filter((e) => e.isBad),
    (e) => e.decision.verdict === 'failed',
  )}; good ones promoted ${share(
    all.filter((e) => !e.isBad && !e.isDead),
    (e) => e.decision.verdict === 'passed',
  )}`,
);
console.log(
  `source dead from the start: promoted ${share(
    all.filter((e) => e.isDead),
    (e) => e.decision.verdict === 'passed',
  )}`,
);
