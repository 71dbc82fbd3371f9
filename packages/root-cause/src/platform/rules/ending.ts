// Objects that have been ending for longer than they should. Pure.
import { containersOf, isHurt } from '../containers.ts';
import { count, dig, items, text, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Workload, World } from '../world.ts';

export const endingRules = (world: World): Finding[] => [...stuck(world), ...world.workloads.flatMap((w) => hurried(world, w))];

/** A hook before the stop that takes longer than the pod has is cut off in the midst of requests. */
function hurried(world: World, w: Workload): Finding[] {
  const grace = count(w.template, 'terminationGracePeriodSeconds') ?? 30;
  const said = w.events.find((e) => /PreStopHook|exceeded.{0,20}grace/i.test(`${e.reason} ${e.message}`));
  return containersOf(w).flatMap((c) => {
    const command = items(dig(c.spec, 'lifecycle', 'preStop', 'exec', 'command'))
      .map(text)
      .join(' ');
    const seconds = count(c.spec, 'lifecycle', 'preStop', 'sleep', 'seconds') ?? Number(/\bsleep\s+(\d+)/.exec(command)?.[1] ?? Number.NaN);
    if (!(seconds >= grace)) return [];
    const cut = world.heard.some((h) => /reset by peer|EOF|refused/i.test(h.message));
    return [
      finding(
        w.resource,
        'grace-period-too-short',
        said !== undefined || cut ? 'proven' : 'declared',
        `The hook before the stop of ${c.name} takes ${seconds} s; the pod is killed after ${grace} s.${said ? ` ${said.message}` : ''}`,
        'Raise terminationGracePeriodSeconds above the length of the hook.',
      ),
    ];
  });
}

const stuck = (world: World): Finding[] =>
  world.all.flatMap((r) => {
    const ending = word(r.metadata, 'deletionTimestamp');
    if (ending === '' || r.kind === 'Namespace' || r.kind === 'ReplicaSet') return [];
    const finalizers = items(r.metadata['finalizers']).map(text);
    const w = world.workloadOf(r);
    const isPod = r.kind === 'Pod';
    // A pod that ends within its grace is a pod that ends.
    if (finalizers.length === 0 && !isPod) return [];
    if (isPod && w !== undefined && w.resource !== r && isHurt(w) === false) return [];
    const waits = world.all.filter((one) => one !== r && one.events.some((e) => e.message.includes(r.name) && /being deleted|terminating/i.test(e.message)));
    const victims = waits.flatMap((one) => world.workloadOf(one)?.resource ?? one);
    const proven = victims.length > 0 || (w !== undefined && isHurt(w) === true);
    const on = isPod && w !== undefined ? w.resource : r;
    const why =
      finalizers.length > 0
        ? `finalizers ${finalizers.join(', ')} are not done`
        : `its grace of ${count(r.metadata, 'deletionGracePeriodSeconds') ?? 30} s is over`;
    return [
      finding(
        on,
        finalizers.length > 0 ? 'finalizer-stuck' : 'pod-stuck-ending',
        proven ? 'proven' : 'declared',
        `${r.entity} has been ending since ${ending}; ${why}.`,
        finalizers.length > 0 ? 'Look at what should do the finalizers.' : 'Look at the node of the pod and at its hook before the stop.',
        { victims },
      ),
    ];
  });
