// Findings that another finding explains: the effect is kept, and stands behind its cause. Pure.
import type { Finding } from './finding.ts';
import type { Resource } from './resource.ts';

const REFUSED = /exceeded quota|is forbidden|denied the request|forbidden:/i;
/** What follows from what, where both are found on one object. */
const FOLLOWS: readonly (readonly [cause: RegExp, effect: RegExp])[] = [
  [/^service-selector-mismatch$/, /^(service-port-mismatch|service-protocol-mismatch|endpoints-not-kept|internal-traffic-policy)$/],
  [/^(liveness|readiness|startup)-probe-command$/, /^command-not-found$/],
  [/^image-architecture-mismatch$/, /^command-not-found$/],
  [/^(missing-(config-map|secret|volume-claim|config-key|secret-key)|volume-\w+)/, /^volume-path-missing$/],
  [/^listen-port-mismatch$/, /^((liveness|readiness|startup)-probe-(port|failing|timing|protocol)|never-ready)$/],
  [/^security-context$/, /^(volume-permission-denied|permission-denied)$/],
  [/^(service-account-token-missing|missing-(config|secret)-key)$/, /^(missing-file|application-error|configuration)$/],
  [/^service-address-family-mismatch$/, /^endpoints-not-kept$/],
  [/^grace-period-too-short$/, /^pre-stop-hook-failing$/],
  [/^(service-link-variable|environment-variable-unresolved)$/, /^(configuration|application-error)$/],
  [/-probe-host$/, /^(dns-resolution-failure|never-ready)$/],
  [/^host-alias$|^pod-dns-policy$/, /^(dns-resolution-failure|environment-address-unknown)$/],
  [/^volume-mount-path$/, /^(command-not-found|missing-file|container-start-failed)$/],
  [/^missing-config-map$/, /^missing-environment-variable$/],
  [/^missing-environment-variable$/, /^(configuration|application-error)$/],
  [/^oom-killed$/, /^(memory-limit-too-low|memory-exhausted|(liveness|startup)-probe-timing)$/],
];

/** `refersTo` tells what an object names by reference. */
export function lessEcho(findings: readonly Finding[], refersTo: (r: Resource) => readonly Resource[] = () => []): Finding[] {
  const explained = new Set(findings.filter((f) => f.strength === 'proven').map((f) => f.on));
  const refusals = findings.filter((f) => f.strength === 'proven' && REFUSED.test(f.says) && !f.cause.startsWith('missing-'));
  return findings.map((f) => {
    const against = (why: string): Finding => ({ ...f, strength: 'symptom', against: why });
    if (f.strength === 'symptom' && explained.has(f.on)) return against('What else was found on it explains this.');
    // Whoever waits for an object that is itself unwell says so in words of its own.
    const awaited =
      f.strength === 'noted'
        ? findings.find((g) => g.on !== f.on && g.strength !== 'symptom' && g.strength !== 'declared' && refersTo(f.on).includes(g.on))
        : undefined;
    if (awaited !== undefined) return against(`It refers to ${awaited.on.entity}: ${awaited.cause}.`);
    // It is missing because its making was refused.
    const refusal =
      f.cause.startsWith('missing-') || f.cause === 'volume-claim-unbound'
        ? refusals.find((r) => r !== f && namesOf(f).some((name) => r.says.includes(`"${name}"`)))
        : undefined;
    if (refusal !== undefined) return against(`Its making was refused: ${refusal.cause}.`);
    const before = findings.find(
      (g) => g.on === f.on && g !== f && g.strength !== 'symptom' && FOLLOWS.some(([cause, effect]) => cause.test(g.cause) && effect.test(f.cause)),
    );
    return before === undefined ? f : against(`It follows from ${before.cause}.`);
  });
}

const namesOf = (f: Finding): string[] =>
  [
    f.on.name,
    ...[...f.says.matchAll(/(?:ConfigMap|Secret|PersistentVolumeClaim|ServiceAccount|service|"?persistentvolumeclaim) "?([\w.-]+)/g)].map((m) => m[1] ?? ''),
  ].filter((n) => n.length > 2);
