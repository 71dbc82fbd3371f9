// Workloads that the platform could not start, in words that no rule knows: how far they came tells what to look at. Pure.
import { isHurt, saidOf } from './containers.ts';
import { finding, type Finding } from './finding.ts';
import type { World } from './world.ts';

const STAGES: readonly (readonly [reason: RegExp, cause: string, repair: string])[] = [
  [/^(FailedCreate|ReplicaFailure)$/, 'creation-refused', 'Look at what refuses the pods.'],
  [/^(FailedScheduling|Unschedulable)$/, 'unschedulable', 'Look at what the nodes lack for it.'],
  [/^(FailedMount|FailedAttachVolume|FailedMapVolume)$/, 'volume-mount-failed', 'Look at the volume and at what serves it.'],
];

/** How far it came is no cause yet. */
export const isStage = (cause: string): boolean => STAGES.some(([, stage]) => stage === cause);

export const unnamed = (world: World, findings: readonly Finding[]): Finding[] => {
  const told = new Set(findings.filter((f) => f.strength !== 'symptom' && f.strength !== 'noted').flatMap((f) => [f.on, ...(f.victims ?? [])]));
  return world.workloads.flatMap((w) => {
    if (isHurt(w) === false || told.has(w.resource)) return [];
    const said = saidOf(w).filter((s) => s.message !== '');
    // The API's own words for what it does not hold: "Widget.example.com "a" not found".
    const lost = said
      .map((s) => ({ s, kind: /\b([A-Z][A-Za-z]+)\.[a-z0-9.-]+ "[\w.-]+" not found/.exec(s.message)?.[1] }))
      .find((one) => one.kind !== undefined);
    if (lost?.kind !== undefined)
      return [
        finding(
          w.resource,
          `missing-${lost.kind.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()}`,
          'proven',
          lost.s.message,
          `Create the ${lost.kind}, or name one that exists.`,
          {
            where: lost.s.where,
          },
        ),
      ];
    return STAGES.flatMap(([reason, cause, repair]) => {
      const hit = said.find((s) => reason.test(s.reason));
      const isQuoted = findings.some(
        (f) => hit !== undefined && f.strength !== 'symptom' && f.strength !== 'noted' && f.says.includes(hit.message.slice(0, 60)),
      );
      return hit === undefined || isQuoted ? [] : [finding(w.resource, cause, 'seen', hit.message, repair, { where: hit.where })];
    }).slice(0, 1);
  });
};
