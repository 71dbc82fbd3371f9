// Services and what stands behind them: selectors, ports, protocols, ingress back ends. Pure.
import { containersOf, isPodReady, portsOf } from '../containers.ts';
import { dig, items, list, text, word, words } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { matches, sameSpace, type Workload, type World } from '../world.ts';
import { servicesNamed } from './environment.ts';

export const serviceRules = (world: World): Finding[] =>
  world
    .of('Service')
    .flatMap((s) => [...unselected(world, s), ...misported(world, s), ...overlapping(world, s), ...local(world, s), ...outside(world, s), ...byHand(world, s)]);

export const selectorOf = (service: Resource): Record<string, string> => words(service.spec, 'selector');

/** Whether anything that is written down leads to it. */
const isNamed = (world: World, service: Resource): boolean =>
  world.workloads.some((w) => servicesNamed(world, w).includes(service)) ||
  ['Ingress', 'HTTPRoute', 'GRPCRoute', 'VirtualService'].some((kind) => world.of(kind).some((r) => JSON.stringify(r.spec).includes(`"${service.name}"`)));

/** The workload that a service was meant for: of its name, or the one that most of its selector fits. */
function meant(world: World, service: Resource): Workload | undefined {
  const near = world.workloads.filter((w) => sameSpace(w.resource.namespace, service.namespace));
  const selector = Object.entries(selectorOf(service));
  const fit = (w: Workload): number =>
    selector.filter(([key, value]) => w.labels[key] === value).length * 2 +
    (w.resource.name === service.name ? 3 : 0) +
    (selector.some(([, value]) => value === w.resource.name) ? 1 : 0);
  return near
    .map((w) => ({ w, n: fit(w) }))
    .filter((one) => one.n > 0)
    .toSorted((a, b) => b.n - a.n)[0]?.w;
}

/** Kubelet gives its address to every pod, and nobody writes it down. */
const servesNames = (service: Resource): boolean =>
  service.namespace === 'kube-system' && list(service.spec, 'ports').some((p) => text(p['port']) === '53' && word(p, 'protocol') === 'UDP');

function unselected(world: World, service: Resource): Finding[] {
  const selector = selectorOf(service);
  if (Object.keys(selector).length === 0 || word(service.spec, 'type') === 'ExternalName') return [];
  const behind = world.selected(selector, service.namespace);
  const said = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  if (behind.length > 0) {
    const pods = behind.flatMap((w) => w.pods);
    const off = behind.filter((w) => !matches(selector, (w.pods.find(isPodReady) ?? w.pods[0])?.labels ?? w.labels));
    if (off.length === 0 || pods.length === 0 || off.length < behind.length) return [];
  }
  if (world.workloads.every((w) => Object.keys(w.labels).length === 0)) return [];
  const target = meant(world, service);
  // Its pods have a service that leads to them: this one is a relic, such as that of a canary.
  const isRelic =
    target !== undefined &&
    service.name !== target.resource.name &&
    world.of('Service', service.namespace).some((s) => s !== service && matches(selectorOf(s), target.labels)) &&
    !isNamed(world, service);
  const fix = target
    ? Object.keys(selector)
        .map((key) => `${key}=${target.labels[key] ?? '?'}`)
        .join(',')
    : '';
  return [
    finding(
      service,
      'service-selector-mismatch',
      servesNames(service) ? 'proven' : isRelic || (target === undefined && !isNamed(world, service)) ? 'noted' : target === undefined ? 'declared' : 'proven',
      `Its selector ${said} fits no pod${target ? `; ${target.resource.entity} carries ${fix}` : ''}: it has no endpoints.`,
      target ? `Set the selector to ${fix}.` : 'Set the selector to labels that its pods carry.',
      { nextCheck: `List the endpoints of ${service.name}.`, victims: servesNames(service) ? world.workloads.map((w) => w.resource) : [] },
    ),
  ];
}

function misported(world: World, service: Resource): Finding[] {
  const behind = world.selected(selectorOf(service), service.namespace).filter((w) => w.resource.kind !== 'Job');
  const ports = behind.flatMap(portsOf);
  if (ports.length === 0) return [];
  return list(service.spec, 'ports').flatMap((p) => {
    const target = text(p['targetPort']) || text(p['port']);
    const protocol = word(p, 'protocol') || 'TCP';
    const same = ports.filter((q) => text(q.port) === target || q.name === target);
    if (same.length === 0) {
      // A container that declares no port may listen on any.
      const open = behind.some((w) => containersOf(w).some((c) => !c.init && list(c.spec, 'ports').length === 0));
      const known = [...new Set(ports.map((q) => (q.name ? `${q.name} (${q.port})` : text(q.port))))].join(', ');
      return [
        finding(
          service,
          'service-port-mismatch',
          open ? 'declared' : 'proven',
          `Its port ${text(p['port'])} leads to ${target}; the containers behind it declare ${known}.`,
          `Set targetPort to ${known}.`,
          { nextCheck: `Connect to port ${target} of a pod behind it.` },
        ),
      ];
    }
    const readies = same.some((q) => q.protocol === protocol);
    return readies
      ? []
      : [
          finding(
            service,
            'service-protocol-mismatch',
            'proven',
            `Its port ${text(p['port'])} is ${protocol}; the containers behind it listen with ${same[0]?.protocol ?? ''}.`,
            `Set the protocol to ${same[0]?.protocol ?? ''}.`,
          ),
        ];
  });
}

/** A name of another service of this cluster that is not there. */
function outside(world: World, service: Resource): Finding[] {
  const target = word(service.spec, 'externalName');
  if (word(service.spec, 'type') !== 'ExternalName' || target === '') return [];
  const [name = '', space = ''] = target.split('.');
  const inside = /\.svc(\.|$)/.test(target);
  const known = world.of('Service', inside ? space : service.namespace).some((s) => s.name === name && s !== service);
  const covered = world.of('Service', space).length > 0 || world.lists('Namespace');
  const namesake = world.workloads.some((w) => w.resource.name === service.name && sameSpace(w.resource.namespace, service.namespace));
  if (known || (!inside && !namesake) || (inside && !covered)) return [];
  return [
    finding(
      service,
      'external-name-unknown',
      namesake || inside ? 'proven' : 'declared',
      `It stands for ${target}, which ${inside ? 'is not there' : 'is outside'}${namesake ? `; a workload of its own name is in this namespace` : ''}.`,
      'Select the pods again, or name a service that exists.',
    ),
  ];
}

/** Without a selector somebody keeps its endpoints: they should lead to pods, or at least not to pods that are gone. */
function byHand(world: World, service: Resource): Finding[] {
  if (!service.isDeclared || Object.keys(selectorOf(service)).length > 0 || word(service.spec, 'type') === 'ExternalName' || service.name === 'kubernetes')
    return [];
  const namesake = world.workloads.find((w) => w.resource.name === service.name && sameSpace(w.resource.namespace, service.namespace));
  const endpoints = world.find('Endpoints', service.name, service.namespace);
  const ips = items(endpoints?.raw['subsets'] ?? endpoints?.spec['subsets']).flatMap((s) => list(s, 'addresses').map((a) => word(a, 'ip')));
  const own = new Set(world.of('Pod').map((p) => word(p.status, 'podIP')));
  if (namesake === undefined || ips.some((ip) => own.has(ip))) return [];
  return [
    finding(
      service,
      'service-selector-mismatch',
      'proven',
      `It has no selector${ips.length > 0 ? ` and leads to ${ips.join(', ')}, where no pod is` : ''}; ${namesake.resource.entity} carries its name.`,
      `Set the selector to the labels of ${namesake.resource.name}.`,
    ),
  ];
}

/** Only pods on the caller's own node answer: a node without one has none. */
function local(world: World, service: Resource): Finding[] {
  if (word(service.spec, 'internalTrafficPolicy') !== 'Local') return [];
  const places = new Set(world.selected(selectorOf(service), service.namespace).flatMap((w) => w.pods.filter(isPodReady).map((p) => word(p.spec, 'nodeName'))));
  const nodes = world.of('Node').filter((n) => !places.has(n.name));
  return world.lists('Node') && nodes.length === 0
    ? []
    : [
        finding(
          service,
          'internal-traffic-policy',
          nodes.length > 0 ? 'proven' : 'declared',
          `It answers only on nodes that have a pod of it; ${nodes.map((n) => n.name).join(', ') || 'some'} have none.`,
          'Set internalTrafficPolicy to Cluster, or run a pod on each node.',
        ),
      ];
}

/** A selector that also fits a workload with another service's name sends requests to the wrong one. */
function overlapping(world: World, service: Resource): Finding[] {
  const behind = world.selected(selectorOf(service), service.namespace).filter((w) => !['Job', 'CronJob'].includes(w.resource.kind));
  const strangers = behind.filter(
    (w) => w.resource.name !== service.name && world.of('Service', service.namespace).some((s) => s !== service && s.name === w.resource.name),
  );
  if (
    behind.length === 1 &&
    strangers.length === 1 &&
    world.workloads.some((w) => w.resource.name === service.name && sameSpace(w.resource.namespace, service.namespace))
  )
    return [
      finding(
        service,
        'service-selector-mismatch',
        'proven',
        `Its selector fits ${strangers[0]?.resource.entity ?? ''} and not the workload of its own name.`,
        `Set the selector to the labels of ${service.name}.`,
      ),
    ];
  const own = behind.find((w) => w.resource.name === service.name);
  const alone = behind.length > 1 && strangers.length > 0 && own !== undefined;
  // Who asks for less than its own workload calls itself by asks too widely; where it asks for that, the other one carries its labels.
  const self = own === undefined ? {} : { ...words(own.resource.spec, 'selector'), ...words(own.resource.spec, 'selector', 'matchLabels') };
  const isWide = Object.entries(self).some(([key, value]) => selectorOf(service)[key] !== value);
  return alone && strangers[0]
    ? [
        finding(
          isWide ? service : strangers[0].resource,
          'selector-overlap',
          'declared',
          isWide ? `Its selector also fits ${strangers.map((w) => w.resource.entity).join(', ')}.` : `${service.entity} also sends its requests to it.`,
          isWide ? `Set the selector to the labels of ${service.name} alone.` : 'Give the two workloads labels that tell them apart.',
        ),
      ]
    : [];
}

export function ingressRules(world: World): Finding[] {
  return world.of('Ingress').flatMap((ingress) => {
    const backends = [
      ...list(ingress.spec, 'rules').flatMap((r) => list(r, 'http', 'paths').map((p) => p['backend'])),
      ingress.spec['defaultBackend'],
      ingress.spec['backend'],
    ];
    const wrong = backends.flatMap((backend) =>
      routeTo(
        world,
        ingress,
        word(backend, 'service', 'name') || word(backend, 'serviceName'),
        text(dig(backend, 'service', 'port', 'number') ?? dig(backend, 'service', 'port', 'name') ?? dig(backend, 'servicePort')),
      ),
    );
    const klass = word(ingress.spec, 'ingressClassName');
    if (klass !== '' && world.lists('IngressClass') && world.find('IngressClass', klass, '') === undefined)
      wrong.push(finding(ingress, 'missing-ingress-class', 'declared', `It asks for class ${klass}, which is not there.`, 'Name a class that exists.'));
    for (const tls of list(ingress.spec, 'tls')) {
      const secret = word(tls, 'secretName');
      if (secret !== '' && world.lists('Secret', ingress.namespace) && world.find('Secret', secret, ingress.namespace) === undefined)
        wrong.push(
          finding(
            ingress,
            'missing-tls-secret',
            'declared',
            `Its certificate is in secret ${secret}, which is not there.`,
            'Create the certificate, or name one that exists.',
          ),
        );
    }
    return wrong;
  });
}

/** Routes of gateways and meshes name services in the same way. */
export const routeRules = (world: World): Finding[] =>
  ['VirtualService', 'HTTPRoute', 'GRPCRoute'].flatMap((kind) =>
    world.of(kind).flatMap((route) => {
      const mesh = [...list(route.spec, 'http'), ...list(route.spec, 'tcp')].flatMap((h) => list(h, 'route').map((r) => r['destination']));
      const gate = list(route.spec, 'rules').flatMap((r) => list(r, 'backendRefs'));
      return [
        ...mesh.flatMap((d) => routeTo(world, route, word(d, 'host').split('.')[0] ?? '', text(dig(d, 'port', 'number')))),
        ...gate.flatMap((b) => routeTo(world, route, word(b, 'name'), text(b['port']), word(b, 'namespace'))),
      ];
    }),
  );

function routeTo(world: World, from: Resource, name: string, port: string, space = ''): Finding[] {
  const namespace = space || from.namespace;
  if (name === '' || !world.lists('Service', namespace)) return [];
  const service = world.find('Service', name, namespace);
  const known = world.of('Service', namespace);
  if (service === undefined) {
    const near = nearestName(
      name,
      known.map((s) => s.name),
    );
    return [
      finding(
        from,
        'missing-back-end',
        // Where a name is near it was meant; where none is, it may have led to nothing for years.
        near === undefined ? 'declared' : 'proven',
        `It sends requests to service ${name}, which is not there.`,
        near ? `Send them to ${near}.` : 'Send them to a service that exists.',
      ),
    ];
  }
  const open = list(service.spec, 'ports');
  if (port === '' || open.length === 0 || open.some((p) => text(p['port']) === port || word(p, 'name') === port)) return [];
  return [
    finding(
      from,
      'back-end-port-mismatch',
      'proven',
      `It sends requests to ${name}:${port}; the service has ${open.map((p) => text(p['port'])).join(', ')}.`,
      'Send them to a port that the service has.',
    ),
  ];
}
