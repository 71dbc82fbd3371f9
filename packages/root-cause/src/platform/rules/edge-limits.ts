// Bounds that somebody wrote on a way in, against what those who answer there say of them; names of certificates against names of hosts. Pure.
import { items, list, text, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import type { World } from '../world.ts';

type Bound = readonly [annotation: RegExp, words: RegExp, cause: string, repair: string];
const BOUNDS: readonly Bound[] = [
  [
    /body-size|max-body|client-max-body|request-size/i,
    /too large body|body (is )?too large|entity too large|payload too large|\b413\b/i,
    'request-body-limit',
    'Let larger bodies through.',
  ],
  [
    /limit-(rps|rpm|connections)|rate-?limit/i,
    /limiting (requests|connections)|rate.?limit|too many requests|\b429\b/i,
    'rate-limit-too-low',
    'Raise the limit to the traffic.',
  ],
  [
    /(read|send|connect|request|response)-timeout|timeout/i,
    /upstream timed out|timed? ?out|\b504\b|deadline/i,
    'route-timeout-too-short',
    'Give it the time that the called one takes.',
  ],
  [
    /whitelist-source-range|allowlist-source-range|denylist|source-range|ip-allow/i,
    /access forbidden by rule|client .*denied|\b403\b/i,
    'source-range-blocks',
    'Allow the addresses of the callers.',
  ],
  [/auth-(url|signin|tls|secret|type)/i, /auth request|\b401\b|no user\/password/i, 'edge-authentication-fails', 'Look at who checks the callers.'],
  [/buffer-size|header-size/i, /too big header|header (is )?too large|\b431\b/i, 'request-header-limit', 'Let larger headers through.'],
];

export const edgeLimitRules = (world: World): Finding[] =>
  [...world.of('Ingress'), ...world.of('HTTPRoute'), ...world.of('Gateway')].flatMap((way) => [...bounds(world, way), ...hosts(way)]);

const bounds = (world: World, way: Resource): Finding[] =>
  BOUNDS.flatMap(([annotation, words, cause, repair]) => {
    const [key, value] = Object.entries(way.annotations).find(([name]) => annotation.test(name)) ?? [];
    const said = key === undefined ? undefined : world.heard.find((h) => words.test(h.message));
    return said === undefined || key === undefined
      ? []
      : [finding(way, cause, 'proven', `It sets ${key} to ${value ?? ''}: ${said.message}`, repair, { victims: [said.by.resource] })];
  });

/** A certificate is kept for hosts of its own: a rule for another host is answered with one that nobody trusts. */
function hosts(way: Resource): Finding[] {
  const covered = list(way.spec, 'tls').flatMap((t) => items(t['hosts']).map(text));
  const covers = (host: string): boolean =>
    covered.some((one) => one === host || (one.startsWith('*.') && host.split('.').slice(1).join('.') === one.slice(2)));
  const bare = list(way.spec, 'rules')
    .map((r) => word(r, 'host'))
    .filter((host) => host !== '' && !covers(host));
  return covered.length === 0 || bare.length === 0 || list(way.spec, 'rules').some((r) => covers(word(r, 'host')))
    ? []
    : [
        finding(
          way,
          'tls-host-mismatch',
          'declared',
          `Its certificate is for ${covered.join(', ')}; it answers for ${bare.join(', ')}.`,
          `Name ${bare.join(', ')} in tls.`,
        ),
      ];
}
