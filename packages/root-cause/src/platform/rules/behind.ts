// What a service leads to, against what stands behind it: its endpoints, ports of other names, ports that nobody translates, strangers, families of addresses. Pure.
import { containersOf, isHurt, isPodReady, portsOf } from '../containers.ts';
import { count, items, list, text, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import type { Workload, World } from '../world.ts';
import { servicesNamed } from './environment.ts';
import { selectorOf } from './services.ts';

export const behindRules = (world: World): Finding[] =>
  world.of('Service').flatMap((s) => {
    const behind = world.selected(selectorOf(s), s.namespace);
    return [
      ...unlisted(world, s, behind),
      ...misnamed(world, s, behind),
      ...untranslated(world, s, behind),
      ...strangers(world, s, behind),
      ...outside(world, s, behind),
    ];
  });

/** Somebody says that requests to it fail. */
const isComplainedOf = (world: World, s: Resource): boolean => world.heard.some((h) => h.about.includes(s) || (h.isCall && h.message.includes(s.name)));

/** The addresses that are kept for it; null where nobody listed them. */
function addressesOf(world: World, s: Resource): string[] | null {
  const endpoints = world.find('Endpoints', s.name, s.namespace);
  if (endpoints !== undefined && count(endpoints.raw, 'subsets') === null)
    return items(endpoints.raw['subsets'] ?? endpoints.spec['subsets']).flatMap((one) => list(one, 'addresses').map((a) => word(a, 'ip')));
  const slices = world.of('EndpointSlice', s.namespace).filter((one) => one.labels['kubernetes.io/service-name'] === s.name);
  return slices.length === 0 ? null : slices.flatMap((one) => list(one.raw, 'endpoints').flatMap((e) => items(e['addresses']).map(text)));
}

/** Pods are ready and yet the service leads nowhere, or to where pods were before. */
function unlisted(world: World, s: Resource, behind: readonly Workload[]): Finding[] {
  const ready = behind.flatMap((w) => w.pods).filter(isPodReady);
  const kept = addressesOf(world, s);
  const own = new Set(ready.flatMap((p) => [word(p.status, 'podIP'), ...list(p.status, 'podIPs').map((one) => word(one, 'ip'))]).filter((ip) => ip !== ''));
  if (ready.length === 0) return [];
  const address = word(s.spec, 'clusterIP');
  if (own.size > 0 && address.includes(':') && [...own].every((ip) => !ip.includes(':')))
    return [
      finding(
        s,
        'service-address-family-mismatch',
        'proven',
        `Its address ${address} is of IPv6; the pods behind it have addresses of IPv4 only.`,
        'Let ipFamilies be those that the pods have.',
      ),
    ];
  if (kept === null) return [];
  if (kept.length === 0)
    return [finding(s, 'endpoints-not-kept', 'seen', `${ready.length} ready pods fit it, its endpoints are empty.`, 'Look at the controller manager.')];
  return own.size === 0 || kept.some((ip) => own.has(ip))
    ? []
    : [
        finding(
          s,
          'endpoints-not-kept',
          'proven',
          `Its endpoints lead to ${kept.slice(0, 4).join(', ')}, where no pod is; those that fit it are at ${[...own].slice(0, 4).join(', ')}.`,
          'Look at who keeps its endpoints.',
        ),
      ];
}

const targetOf = (port: Record<string, unknown>): string => text(port['targetPort']) || text(port['port']);

/** Its port "http" leads to the port that the container calls "metrics", and there is one called "http". */
function misnamed(world: World, s: Resource, behind: readonly Workload[]): Finding[] {
  const ports = behind.flatMap(portsOf);
  return list(s.spec, 'ports').flatMap((p) => {
    const name = word(p, 'name');
    const led = ports.find((q) => text(q.port) === targetOf(p) || q.name === targetOf(p));
    const meant = ports.find((q) => q.name === name && name !== '');
    return led === undefined || meant === undefined || led.name === '' || led.name === name || led.port === meant.port
      ? []
      : [
          finding(
            s,
            'service-port-mismatch',
            isComplainedOf(world, s) ? 'proven' : 'declared',
            `Its port ${name} leads to ${led.port}, which the container calls ${led.name}; it calls ${meant.port} ${name}.`,
            `Set targetPort to ${meant.port}.`,
          ),
        ];
  });
}

/** A headless service is a name for the pods: whoever asks for its port asks the pods for that port. */
function untranslated(world: World, s: Resource, behind: readonly Workload[]): Finding[] {
  if (word(s.spec, 'clusterIP') !== 'None') return [];
  const ports = behind.flatMap(portsOf);
  const callers = world.workloads.filter((w) => !behind.includes(w) && servicesNamed(world, w).includes(s));
  return list(s.spec, 'ports').flatMap((p) => {
    const port = text(p['port']);
    const target = ports.find((q) => q.name === targetOf(p))?.port ?? targetOf(p);
    if (port === text(target) || ports.some((q) => text(q.port) === port) || callers.length === 0) return [];
    const refused = world.heard.some((h) => callers.includes(h.by) && h.message.includes(`:${port}`));
    return [
      finding(
        s,
        'headless-service-port',
        refused || callers.some((w) => isHurt(w) === true) ? 'proven' : 'declared',
        `It has no address of its own: who asks for port ${port} asks the pods, which listen on ${text(target)}.`,
        `Let its port be ${text(target)}, or give it an address.`,
        { victims: callers.map((w) => w.resource) },
      ),
    ];
  });
}

/** A pod that carries the labels and serves none of the ports gets its share of the requests all the same. */
function strangers(world: World, s: Resource, behind: readonly Workload[]): Finding[] {
  const running = behind.filter((w) => !['Job', 'CronJob'].includes(w.resource.kind) && w.pods.some(isPodReady));
  const targets = list(s.spec, 'ports').map(targetOf);
  const serves = (w: Workload): boolean => portsOf(w).some((q) => targets.includes(text(q.port)) || targets.includes(q.name));
  const stray = running.find((w) => !serves(w) && containersOf(w).length > 0 && containersOf(w).every((c) => c.init || list(c.spec, 'ports').length === 0));
  return stray === undefined || !running.some(serves)
    ? []
    : [
        finding(
          stray.resource,
          'selector-overlap',
          isComplainedOf(world, s) ? 'proven' : 'declared',
          `${s.entity} sends requests to it as well, and it declares none of the ports ${targets.join(', ')}.`,
          'Give it labels of its own.',
          { victims: [s] },
        ),
      ];
}

/** From outside only some addresses may ask, and only nodes that have a pod of it answer. */
function outside(world: World, s: Resource, behind: readonly Workload[]): Finding[] {
  const ranges = items(s.spec['loadBalancerSourceRanges']).map(text);
  if (ranges.length > 0 && !ranges.some((range) => range.endsWith('/0')))
    return [
      finding(
        s,
        'source-range-blocks',
        'noted',
        `From outside it lets in ${ranges.join(', ')} only.`,
        'Add the addresses of the callers to loadBalancerSourceRanges.',
      ),
    ];
  if (word(s.spec, 'externalTrafficPolicy') !== 'Local') return [];
  const places = new Set(behind.flatMap((w) => w.pods.filter(isPodReady).map((p) => word(p.spec, 'nodeName'))));
  const without = world.of('Node').filter((n) => !places.has(n.name));
  // A load balancer that asks each node's health sends nothing to those without.
  const isAsked = word(s.spec, 'type') === 'LoadBalancer' && count(s.spec, 'healthCheckNodePort') !== null;
  return without.length === 0 || places.size === 0
    ? []
    : [
        finding(
          s,
          'external-traffic-policy',
          isAsked ? 'noted' : 'declared',
          `From outside it answers only on nodes that have a pod of it; ${without
            .map((n) => n.name)
            .slice(0, 5)
            .join(', ')} have none.`,
          'Set externalTrafficPolicy to Cluster, or run a pod on each node.',
        ),
      ];
}
