// Which goal a person means: a whole id, a prefix that only one has, or `last`.
import type { Bus } from '@awo/bus';
import { GoalId } from '@awo/contracts';
import { archivedGoals } from './archived.ts';
import { RefusedError } from './exit-codes.ts';

/** Throws RefusedError when none fits or several do. */
export async function findGoal(bus: Bus, wanted: string): Promise<string> {
  if (GoalId.safeParse(wanted).success) {
    if (await bus.lastCommit(wanted)) return wanted;
    throw new RefusedError(`There is no goal ${wanted}.`, 'Goals are listed by: awo ps');
  }
  const goals = await bus.goals();
  if (wanted === 'last') {
    // Nobody asked for an audit: it begins by itself.
    const newest = goals
      .filter(
        ({
          commit: {
            state: { spec },
          },
        }) => spec.kind !== 'test' || !spec.audit,
      )
      .toSorted((a, b) => b.commit.state.acceptedAt.localeCompare(a.commit.state.acceptedAt))[0];
    if (newest) return newest.commit.goal;
    const [archived] = await archivedGoals(bus, { limit: 1 });
    if (archived) return archived.goal;
    throw new RefusedError('There is no goal yet.', 'Begin with: awo release SERVICE --repo PATH');
  }
  const inLog = goals.map((g) => g.commit.goal).filter((id) => id.startsWith(wanted));
  const archived = /^g[0-9a-z]*$/.test(wanted) ? await archivedGoals(bus, { goal: wanted, limit: 5 }) : [];
  const fitting = [...new Set([...inLog, ...archived.map((g) => g.goal)])];
  const [only, another] = fitting;
  if (only && !another) return only;
  if (!only) throw new RefusedError(`No recent goal begins with "${wanted}".`, 'Goals are listed by: awo ps');
  throw new RefusedError(`"${wanted}" could be any of ${fitting.slice(0, 5).join(', ')}.`, 'Give more of its id.');
}
