// Whose what comes by OTLP is: the launch says so, and what a sender says of itself counts for nothing.
import { redact } from '@awo/telemetry';
import type { Local } from '../local.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { launchesOf } from './observe-otlp.ts';
import type { Listener } from './receiver.ts';
import type { Reported } from './reported.ts';

/** `owned`: there when the first report comes, which is told where to go by it. */
export function listenerOf(owned: () => { local: Local; recorder: Recorder }, reported: Reported): Listener {
  const ownerOf = (launch: string): { environment: string; service: string } | undefined =>
    launch === ''
      ? undefined
      : owned()
          .local.environments()
          .flatMap((e) => e.state.services.map((s) => ({ environment: e.name, service: s.name, launches: s.revisions.flatMap(launchesOf) })))
          .find(({ launches }) => launches.includes(launch));
  return {
    knows: (launch) => ownerOf(launch) !== undefined,
    take: (launch, points) => reported.add(launch, points, Date.now()),
    takeSpans(launch, spans) {
      const owner = ownerOf(launch);
      // Its process has ended since.
      if (owner === undefined) return;
      // It becomes evidence that people and models read: what a service writes of its secrets into a name must not.
      const { hostEnv } = owned().local;
      const told = spans.map((span) => ({ ...span, name: redact(span.name, hostEnv).text, entity: owner.service, above: null }));
      owned().recorder.of(owner.environment).spans.add(told, Date.now());
    },
  };
}
