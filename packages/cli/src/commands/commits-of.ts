// All commits of a goal, oldest first.
import type { Bus } from '@awo/bus';
import type { Commit } from '@awo/contracts';

export async function commitsOf(bus: Bus, goal: string): Promise<Commit[]> {
  const commits: Commit[] = [];
  for await (const { commit } of bus.history(goal)) commits.push(commit);
  return commits;
}
