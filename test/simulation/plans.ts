// Plans of six to eight steps, drawn from the seed: parallel branches, waits, effects, failures, undo, a change of plan.
import type { PlanStep, Role } from '@awo/contracts';
import type { Work } from './agents.ts';
import type { Random } from './random.ts';
import { BROKEN_SERVICE } from './tools.ts';

export const ROLES = ['deploy', 'monitor', 'impact'] as const satisfies Role[];

export function planOf(random: Random, service: string): PlanStep[] {
  const step = (id: string, work: Work, needs: string[] = [], when: PlanStep['when'] = 'passed'): PlanStep => ({
    id,
    kind: 'relay',
    role: random.pick(ROLES),
    needs,
    when,
    input: work,
    because: `${id} is needed`,
  });
  const ms = () => random.pick([50, 1000, 4000, 20_000]);
  const shift = (): Work => ({ does: 'shift', service, weights: random.pick([[100], [10, 100], [10, 50, 100]]), ms: ms() });
  const side = (): Work =>
    random.pick<Work>([
      { does: 'pass' },
      { does: 'wait', looks: random.int(1, 3), ms: ms() },
      { does: 'start', service: `${service}-side` },
      { does: 'shift', service: `${service}-side`, weights: [10, 100], ms: ms() },
      { does: 'mail' },
      { does: 'maybe', service: `${service}-side`, looks: random.int(1, 3), ms: ms() },
      { does: 'pick', service: `${service}-side` },
    ]);
  const tail = (): Work =>
    random.pick<Work>([
      { does: 'pass' },
      { does: 'pass' },
      { does: 'fail' },
      { does: 'mail' },
      { does: 'start', service: BROKEN_SERVICE },
      { does: 'wait', looks: 1, ms: ms() },
    ]);
  const replanned = random.chance(0.3);
  return [
    step('first', replanned ? { does: 'replan', remove: 'extra' } : { does: 'pass' }),
    step('left', side(), ['first']),
    ...(random.chance(0.6) ? [step('right', { does: 'start', service }, ['first'])] : []),
    ...(random.chance(0.4) ? [step('extra', { does: 'pass' }, ['first'])] : []),
    step('shift', shift(), ['left', 'right']),
    step('after', tail(), ['shift']),
    step('undo', { does: 'undo', service }, ['shift', 'after'], 'failed'),
    step('end', { does: 'conclude' }, ['*'], 'always'),
  ];
}
