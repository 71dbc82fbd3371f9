// Who may call whom in a mesh, and how: accounts that a policy names, hosts that a proxy knows, certificates that one side asks for. Pure.
import { fields, items, list, text, word, words } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Heard } from '../heard.ts';
import type { Resource } from '../resource.ts';
import { matches, sameSpace, type Workload, type World } from '../world.ts';
import { callsByEnvironment } from './environment.ts';

/** What is not registered goes to a cluster of that name, which leads nowhere (Istio, outboundTrafficPolicy). */
const unregistered = (world: World): Finding[] =>
  world.of('ConfigMap').flatMap((map) => {
    const said = world.heard.find((h) => /BlackHoleCluster/.test(h.message));
    return said === undefined || !Object.values(map.data).some((value) => /outboundTrafficPolicy:\s*\n?\s*\{?\s*mode:\s*REGISTRY_ONLY/.test(value))
      ? []
      : [
          finding(
            map,
            'mesh-egress-restricted',
            'proven',
            `It lets proxies call registered hosts only. ${said.message}`,
            'Register the host by a ServiceEntry, or allow any.',
            {
              victims: [said.by.resource],
            },
          ),
        ];
  });

export const meshAccessRules = (world: World): Finding[] => [...unregistered(world), ...admitted(world), ...hidden(world), ...plain(world), ...led(world)];

const hostOf = (value: string): string => value.split('.')[0] ?? value;
const like = (pattern: string, value: string): boolean =>
  pattern === value ||
  pattern === '*' ||
  (pattern.endsWith('*') && value.startsWith(pattern.slice(0, -1))) ||
  (pattern.startsWith('*') && value.endsWith(pattern.slice(1)));
const governed = (world: World, policy: Resource, selector: Record<string, string>): Workload[] =>
  world.workloads.filter((w) => sameSpace(w.resource.namespace, policy.namespace) && (Object.keys(selector).length === 0 || matches(selector, w.labels)));

/** A policy that allows lets in those that it names and nobody else. */
const admitted = (world: World): Finding[] =>
  world.of('AuthorizationPolicy').flatMap((policy) => {
    const rules = list(policy.spec, 'rules');
    if ((word(policy.spec, 'action') || 'ALLOW') !== 'ALLOW' || rules.length === 0) return [];
    const targets = governed(world, policy, words(policy.spec, 'selector', 'matchLabels'));
    const shut = callsByEnvironment(world).filter(([from, to]) => targets.includes(to) && !rules.some((rule) => admits(rule, from)));
    const said = refusalTo(
      world,
      shut.map(([from]) => from),
      /RBAC: access denied|PermissionDenied|\b403\b/i,
    );
    return shut[0] === undefined
      ? []
      : [
          finding(
            policy,
            'authorization-policy-denies',
            'proven',
            `It lets in none of what ${shut[0][0].resource.entity} is, which calls ${shut[0][1].resource.entity}.${said ? ` ${said.message}` : ''}`,
            'Name the accounts of the callers.',
            { victims: said === undefined ? [] : [said.by.resource] },
          ),
        ];
  });

const refusalTo = (world: World, callers: readonly Workload[], words: RegExp): Heard | undefined =>
  world.heard.find((h) => callers.includes(h.by) && words.test(h.message));

function admits(rule: Record<string, unknown>, from: Workload): boolean {
  const account = word(from.template, 'serviceAccountName') || 'default';
  const space = from.resource.namespace;
  const sources = list(rule, 'from').map((one) => fields(one['source']));
  // Of what a rule asks besides, such as paths, nothing is known here.
  return (
    sources.length === 0 ||
    sources.some((s) => {
      const principals = items(s['principals']).map(text);
      const spaces = items(s['namespaces']).map(text);
      return (
        (principals.length === 0 || principals.some((p) => like(p, `cluster.local/ns/${space}/sa/${account}`))) &&
        (spaces.length === 0 || spaces.some((p) => like(p, space)))
      );
    })
  );
}

/** A proxy knows the hosts that it was told of; what its workload calls besides it sends nowhere. */
const hidden = (world: World): Finding[] =>
  world.of('Sidecar').flatMap((sidecar) => {
    const known = list(sidecar.spec, 'egress').flatMap((e) => items(e['hosts']).map(text));
    if (known.length === 0) return [];
    const told = (to: Workload): boolean =>
      known.some((one) => {
        const [space = '', host = ''] = one.split('/');
        const inSpace =
          space === '*' ||
          space === to.resource.namespace ||
          ((space === '.' || space === '~') && sameSpace(to.resource.namespace, sidecar.namespace) && space === '.');
        return inSpace && (host === '*' || hostOf(host) === to.resource.name || like(host, `${to.resource.name}.${to.resource.namespace}.svc.cluster.local`));
      });
    const from = governed(world, sidecar, words(sidecar.spec, 'workloadSelector', 'labels'));
    const lost = callsByEnvironment(world).find(([a, b]) => from.includes(a) && !told(b));
    const said = lost === undefined ? undefined : refusalTo(world, from, /BlackHole|\b50[023]\b|no healthy|reset/i);
    return lost === undefined
      ? []
      : [
          finding(
            sidecar,
            'mesh-egress-restricted',
            said === undefined ? 'declared' : 'proven',
            `It tells the proxy of ${lost[0].resource.entity} of ${known.join(', ')} only; it calls ${lost[1].resource.entity}.${said ? ` ${said.message}` : ''}`,
            'Add the called one to its hosts.',
            { victims: [lost[0].resource] },
          ),
        ];
  });

/** One side is told to speak plainly where the other asks for certificates. */
const plain = (world: World): Finding[] =>
  world.of('DestinationRule').flatMap((rule) => {
    const modes = [rule.spec['trafficPolicy'], ...list(rule.spec, 'subsets').map((s) => s['trafficPolicy'])].map((p) => word(p, 'tls', 'mode'));
    const strict = world.of('PeerAuthentication', rule.namespace).find((p) => {
      const service = world.find('Service', hostOf(word(rule.spec, 'host')), rule.namespace);
      const behind = service === undefined ? [] : world.selected(service.selector, service.namespace);
      return word(p.spec, 'mtls', 'mode') === 'STRICT' && behind.some((w) => governed(world, p, words(p.spec, 'selector', 'matchLabels')).includes(w));
    });
    return strict === undefined || !modes.includes('DISABLE')
      ? []
      : [
          finding(
            rule,
            'mutual-tls-conflict',
            'proven',
            `It lets callers of ${word(rule.spec, 'host')} speak plainly; ${strict.entity} asks for certificates.`,
            'Set its TLS mode to ISTIO_MUTUAL.',
          ),
        ];
  });

/** A route for one service that sends all of its requests to another one. */
const led = (world: World): Finding[] =>
  world.of('VirtualService').flatMap((route) => {
    const hosts = items(route.spec['hosts']).map((h) => hostOf(text(h)));
    const meant = hosts.find((h) => world.find('Service', h, route.namespace) !== undefined);
    const targets = list(route.spec, 'http').flatMap((h) => list(h, 'route').map((r) => hostOf(word(r, 'destination', 'host'))));
    if (meant === undefined || targets.length === 0 || targets.includes(meant)) return [];
    const other = targets.find((t) => world.find('Service', t, route.namespace) !== undefined && !t.startsWith(meant) && !meant.startsWith(t));
    return other === undefined
      ? []
      : [
          finding(
            route,
            'wrong-back-end',
            world.heard.some((h) => h.about.some((s) => s.name === meant) || h.message.includes(meant)) ? 'proven' : 'declared',
            `It sends all requests for ${meant} to ${other}.`,
            `Send them to ${meant}.`,
          ),
        ];
  });
