// Finished goals by the hundred thousand: the commits of one five-step goal, copied under other ids with their own hash chains, written by their authors.
import { createHash, randomUUID } from 'node:crypto';
import type { Bus } from '@awo/bus';
import { goalIdFor } from '@awo/bus';
import { FIRST_PREV, subjects } from '@awo/contracts';
import type { Addressee, Author, Event, PlanStep } from '@awo/contracts';
import { draftCommit } from '@awo/goal';
import { BENCH_ROLES } from './goals.ts';

const LANES = 512;
const TEMPLATE_ID = goalIdFor('template');

type Template = { author: Author; to: Addressee; /** The text before and after the previous commit's hash. */ text: string };

function template(): Template[] {
  const plan: PlanStep[] = BENCH_ROLES.map((role, n) => ({
    id: `relay-${n + 1}`,
    kind: 'relay',
    role,
    needs: n === 0 ? [] : [`relay-${n}`],
    when: 'passed',
    input: n === BENCH_ROLES.length - 1 ? { last: true } : {},
    because: 'a hand-over to be measured',
  }));
  const at = new Date().toISOString();
  const passed = (n: number): Event => ({ type: 'step.passed', step: `relay-${n + 1}`, startedAt: at, output: {}, evidence: [] });
  const accepted: Event = { type: 'goal.accepted', goal: TEMPLATE_ID, spec: { kind: 'assess', revision: 'HEAD' }, source: 'bench', plan };
  const writes: [Author, Event[]][] = [
    ['operator', [accepted]],
    ...BENCH_ROLES.map((role, n): [Author, Event[]] => [
      role,
      n < BENCH_ROLES.length - 1 ? [passed(n)] : [passed(n), { type: 'goal.ended', outcome: 'done', because: 'five hand-overs' }],
    ]),
  ];
  let state: Parameters<typeof draftCommit>[0] = null;
  return writes.map(([author, events]) => {
    const draft = draftCommit(state && { ...state, prev: FIRST_PREV }, TEMPLATE_ID, events, { author, instance: `${author}-1` }, at);
    state = { state: draft.commit.state, prev: FIRST_PREV };
    return { author, to: draft.to, text: JSON.stringify(draft.commit) };
  });
}

/** Writes `count` finished goals of six commits each. `as`: a bus for an author; the broker holds each to its own name. */
export async function writeHistory(as: (user: string) => Promise<Bus>, count: number): Promise<void> {
  const commits = template();
  const buses = new Map(await Promise.all([...new Set(commits.map(({ author }) => author))].map(async (author) => [author, await as(author)] as const)));
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      const goal = goalIdFor(randomUUID());
      let prev = FIRST_PREV;
      for (const { author, to, text } of commits) {
        const own = text.replaceAll(TEMPLATE_ID, goal).replace(`"prev":"${FIRST_PREV}"`, `"prev":"${prev}"`);
        await buses.get(author)?.js.publish(subjects.log(goal, author, to), own, { timeout: 60_000 });
        prev = createHash('sha256').update(own).digest('hex');
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, count) }, lane));
  await Promise.all([...buses.values()].map((bus) => bus.close()));
}
