// Probes that ask the wrong port, path or protocol, or too soon. Pure.
import { containersOf, isHurt, portsOf, saidOf, statesOf, type Container } from '../containers.ts';
import { count, dig, fields, isFields, text, word, type Fields } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Workload, World } from '../world.ts';

const PROBES = ['liveness', 'readiness', 'startup'] as const;
type ProbeName = (typeof PROBES)[number];
type Probe = { container: Container; name: ProbeName; how: string; port: string; spec: Fields };

export const probeRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    const found = probesOf(w).flatMap((p) => judge(w, p));
    return found.length > 0 ? found : unready(w);
  });

const probesOf = (w: Workload): Probe[] => {
  const declared = containersOf(w).flatMap((container) =>
    PROBES.flatMap((name) => {
      const spec = dig(container.spec, `${name}Probe`);
      if (!isFields(spec)) return [];
      const how = ['httpGet', 'tcpSocket', 'grpc', 'exec'].find((key) => isFields(spec[key])) ?? '';
      return [{ container, name, how, port: text(dig(spec, how, 'port')), spec }];
    }),
  );
  return containersOf(w).length > 0 ? declared : spokenProbes(w);
};

/** Where no template is at hand, a failure tells which probe there is and how it asks. */
const spokenProbes = (w: Workload): Probe[] =>
  PROBES.flatMap((name) => {
    const said = saidOf(w).find((s) => new RegExp(`${name} probe`, 'i').test(s.message))?.message;
    if (said === undefined) return [];
    const how = /https?:|statuscode|HTTP/.test(said) ? 'httpGet' : /dial tcp/.test(said) ? 'tcpSocket' : /grpc|rpc/i.test(said) ? 'grpc' : 'exec';
    return [{ container: { name: 'its container', spec: {}, init: false }, name, how, port: /:(\d{2,5})\b/.exec(said)?.[1] ?? '', spec: {} }];
  });

function judge(w: Workload, p: Probe): Finding[] {
  const events = saidOf(w).filter((s) => s.reason === 'Unhealthy' || /probe (failed|errored)/i.test(s.message));
  const own = events.filter((e) => new RegExp(`${p.name} probe`, 'i').test(e.message));
  const failing = own[0];
  const ports = portsOf(w).filter((q) => q.container === p.container.name);
  const others = probesOf(w).filter((q) => q.container === p.container && q !== p);
  const place = `${p.name} probe of ${p.container.name}`;
  const effect = failing ? ` ${failing.message}` : '';
  const strength = failing !== undefined || (isHurt(w) ?? false) ? 'proven' : 'declared';
  const make = (kind: string, says: string, repair: string, how: 'proven' | 'declared' | 'seen' = strength) => [
    finding(w.resource, `${p.name}-probe-${kind}`, how, `The ${place} ${says}.${effect}`, repair, failing ? { where: failing.where } : {}),
  ];
  const host = word(p.spec, p.how, 'host');
  // Kubelet asks from the node: its own loopback is the pod's only where the pod is on the network of the node.
  const isPod = /^(localhost|127\.0\.0\.1)$/.test(host) && w.template['hostNetwork'] === true;
  if (host !== '' && !isPod && failing !== undefined)
    return make('host', `asks host ${host}, not the pod`, 'Remove the host of the probe: kubelet asks the pod itself.', 'proven');
  const unknown = p.port !== '' && ports.length > 0 && !ports.some((q) => text(q.port) === p.port || q.name === p.port);
  const known = ports.map((q) => q.port).join(', ');
  // Without its port declared, a container may listen all the same: the other probe or a failure has to speak.
  if (unknown && (failing !== undefined || !others.some((q) => q.port === p.port)))
    return make('port', `asks port ${p.port}, the container declares ${known}`, `Set the port of the probe to ${known}.`);
  if (failing === undefined) return timing(w, p, others, make);
  const said = own.map((e) => e.message).join(' ');
  if (
    /malformed HTTP|server gave HTTP response to HTTPS|HTTP response to HTTPS|first record does not look like a TLS|parse error|HTTP\/0\.9|frame too large|protocol error|unexpected EOF|unimplemented|service .* not implement/i.test(
      said,
    )
  )
    return make(
      'protocol',
      `speaks ${word(p.spec, p.how, 'scheme') || p.how}, the container does not`,
      'Set the probe to the protocol that the container speaks.',
      'proven',
    );
  if (/EOF|connection reset|closed/i.test(said) && p.how !== 'exec')
    return make(
      'protocol',
      `speaks ${word(p.spec, p.how, 'scheme') || p.how} and is cut off`,
      'Set the probe to the protocol that the container speaks.',
      'seen',
    );
  if (/statuscode: (404|405|400|401|403)/i.test(said))
    return make('path', `asks ${word(p.spec, p.how, 'path')}`, 'Set the path that the service answers.', 'proven');
  if (/statuscode: 5\d\d/i.test(said))
    return make('failing', 'is answered with an error: the service itself is unwell', 'Look at what the service needs.', 'symptom' as 'seen');
  const differs = others.find((q) => q.how === p.how && q.port !== p.port && !own.some((e) => new RegExp(`${q.name} probe`, 'i').test(e.message)));
  if (/refused|timeout|timed out|deadline/i.test(said) && differs !== undefined)
    return make('port', `asks port ${p.port}, the ${differs.name} probe asks ${differs.port}`, `Set the port to ${differs.port}.`, 'proven');
  const other = others.find((q) => q.how !== p.how && q.how !== 'exec');
  if (other !== undefined && p.how !== 'exec')
    return make('protocol', `uses ${p.how}, the ${other.name} probe ${other.how}`, `Use ${other.how} as the other probe does.`, 'seen');
  const timed = timing(w, p, others, make);
  if (timed.length > 0) return timed;
  if (/timeout|deadline|timed out/i.test(said)) return make('timing', 'is not answered in time', 'Give the probe a longer timeout or a later start.', 'seen');
  if (p.how === 'exec' && /not found|no such file|exit/i.test(said))
    return make('command', 'runs a command that is not there', 'Correct the command of the probe.', 'proven');
  if (
    /refused/i.test(said) &&
    (p.name !== 'readiness' || statesOf(w).every((s) => s.restarts < 3)) &&
    statesOf(w).every((s) => s.exitCode === null || s.exitCode === 137 || s.exitCode === 143 || s.exitCode === 0)
  )
    return make('port', `asks port ${p.port}, where nothing listens`, 'Set the port that the container listens on.', 'seen');
  return [];
}

function timing(
  w: Workload,
  p: Probe,
  others: readonly Probe[],
  make: (kind: string, says: string, repair: string, how: 'proven' | 'declared' | 'seen') => Finding[],
): Finding[] {
  if (p.name === 'readiness') return [];
  const delay = count(p.spec, 'initialDelaySeconds') ?? 0;
  const period = count(p.spec, 'periodSeconds') ?? 10;
  const failures = count(p.spec, 'failureThreshold') ?? 3;
  const grace = delay + period * failures;
  const other = others.find((q) => q.name === 'readiness');
  const hasStartup = others.some((q) => q.name === 'startup');
  const restarts =
    statesOf(w).some((s) => s.container === p.container.name && s.restarts > 0) ||
    // Nothing is known of its states, and kubelet says that it kills.
    (statesOf(w).length === 0 && saidOf(w).some((s) => /will be restarted/i.test(s.message)));
  if (hasStartup && p.name !== 'startup') return [];
  const slower = other !== undefined && (count(other.spec, 'initialDelaySeconds') ?? 0) > delay + 5;
  return restarts && (grace <= 10 || (slower && grace < 30))
    ? make(
        'timing',
        `kills after ${grace} s (delay ${delay} s, ${failures} failures every ${period} s), before the container can answer`,
        'Give it a later start, a longer period or more failures.',
        'proven',
      )
    : [];
}

/** Runs and is never ready, with nothing else said about it. */
function unready(w: Workload): Finding[] {
  const idle = statesOf(w).find(
    (s) =>
      !s.init &&
      !s.ready &&
      s.waiting === '' &&
      s.exitCode === null &&
      Object.keys(fields(s.pod.status)).length > 0 &&
      word(s.pod.status, 'phase') === 'Running',
  );
  if (idle === undefined) return [];
  return [
    finding(
      w.resource,
      'never-ready',
      'symptom',
      `${idle.container} of ${idle.pod.name} runs and is not ready.`,
      'Look at its readiness probe and what it waits for.',
      { where: idle.pod.entity },
    ),
  ];
}
