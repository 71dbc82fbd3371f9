// The ways in from outside: gateways that routes hang on, certificates at the edge, two routes for one path. Pure.
import { dig, items, list, text, word, words } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { matches, type World } from '../world.ts';

export const gatewayRules = (world: World): Finding[] => [
  ...parents(world),
  ...gateways(world),
  ...certificates(world),
  ...conflicts(world),
  ...protocols(world),
];

const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'] as const;

function parents(world: World): Finding[] {
  const known = world.of('Gateway');
  if (known.length === 0) return [];
  const missing = (route: Resource, name: string, space: string): Finding[] => {
    if (name === '' || name === 'mesh' || world.find('Gateway', name, space) !== undefined) return [];
    const near = nearestName(
      name,
      known.map((g) => g.name),
    );
    return [
      finding(
        route,
        'missing-gateway',
        'proven',
        `It hangs on gateway ${name}, which is not there${near ? `; ${near} is` : ''}.`,
        near ? `Name ${near}.` : 'Name a gateway that exists.',
      ),
    ];
  };
  const routes = ROUTES.flatMap((kind) => world.of(kind)).flatMap((route) =>
    list(route.spec, 'parentRefs').flatMap((p) => {
      if ((word(p, 'kind') || 'Gateway') !== 'Gateway') return [];
      const lost = missing(route, word(p, 'name'), word(p, 'namespace') || route.namespace);
      const section = word(p, 'sectionName');
      const listeners = list(world.find('Gateway', word(p, 'name'), word(p, 'namespace') || route.namespace)?.spec, 'listeners');
      return lost.length > 0 || section === '' || listeners.length === 0 || listeners.some((l) => word(l, 'name') === section)
        ? lost
        : [
            finding(
              route,
              'missing-gateway',
              'proven',
              `It hangs on listener ${section}, which ${word(p, 'name')} does not have.`,
              'Name a listener that exists.',
            ),
          ];
    }),
  );
  const mesh = world.of('VirtualService').flatMap((route) =>
    items(route.spec['gateways']).flatMap((g) => {
      const [a = '', b] = text(g).split('/');
      return missing(route, b ?? a, b === undefined ? route.namespace : a);
    }),
  );
  return [...routes, ...mesh];
}

/** A gateway of a class that is not there, or one whose selector fits no pod. */
const gateways = (world: World): Finding[] =>
  world.of('Gateway').flatMap((g) => {
    const klass = word(g.spec, 'gatewayClassName');
    if (klass !== '' && world.lists('GatewayClass') && world.find('GatewayClass', klass, '') === undefined)
      return [finding(g, 'missing-gateway-class', 'proven', `It asks for class ${klass}, which is not there.`, 'Name a class that exists.')];
    // No class was listed at all; a class that is there has a controller, which would have said yes or no by now.
    const waits = list(g.status, 'conditions').find((c) => word(c, 'type') === 'Accepted' && word(c, 'status') === 'Unknown');
    if (klass !== '' && !world.lists('GatewayClass') && waits !== undefined)
      return [
        finding(
          g,
          'missing-gateway-class',
          'seen',
          `No controller has taken it for class ${klass}: ${word(waits, 'message')}.`,
          'Name a class that exists, or start its controller.',
        ),
      ];
    const selector = words(g.spec, 'selector');
    const proxies = world.workloads.filter((w) => /gateway/i.test(w.resource.name));
    return Object.keys(selector).length === 0 || proxies.length === 0 || world.workloads.some((w) => matches(selector, w.labels))
      ? []
      : [
          finding(
            g,
            'gateway-selector-mismatch',
            'proven',
            `Its selector fits no pod; ${proxies[0]?.resource.name ?? ''} would be one.`,
            'Set the selector to the labels of the gateway.',
          ),
        ];
  });

/** A secret for TLS holds tls.crt and tls.key; without them the edge serves a certificate of its own, or none. */
const certificates = (world: World): Finding[] =>
  [...world.of('Ingress'), ...world.of('Gateway')].flatMap((edge) => {
    const names = [
      ...list(edge.spec, 'tls').map((t) => word(t, 'secretName')),
      ...list(edge.spec, 'listeners').flatMap((l) => list(l, 'tls', 'certificateRefs').map((r) => word(r, 'name'))),
      ...list(edge.spec, 'servers').map((s) => word(s, 'tls', 'credentialName')),
    ];
    return names.flatMap((name) => {
      const secret = name === '' ? undefined : world.find('Secret', name, edge.namespace);
      if (secret === undefined) {
        if (name === '' || edge.kind === 'Ingress' || !world.lists('Secret', edge.namespace)) return [];
        return [
          finding(
            edge,
            'missing-tls-secret',
            'declared',
            `Its certificate is in secret ${name}, which is not there.`,
            'Create the certificate, or name one that exists.',
          ),
        ];
      }
      const keys = Object.keys(secret.data);
      const lost = ['tls.crt', 'tls.key'].filter((key) => !keys.includes(key) && !keys.includes(key.replace('tls.crt', 'cert').replace('tls.key', 'key')));
      return keys.length === 0 || lost.length === 0
        ? []
        : [
            finding(
              edge,
              'missing-secret-key',
              'proven',
              `Secret ${name} holds ${keys.join(', ')} and no ${lost.join(', no ')}: it is no certificate.`,
              'Put the certificate and its key under tls.crt and tls.key.',
            ),
          ];
    });
  });

/** One host and path that leads to two back ends: which of them answers is chance. */
function conflicts(world: World): Finding[] {
  const ways = world.of('Ingress').flatMap((ingress) =>
    list(ingress.spec, 'rules').flatMap((r) =>
      list(r, 'http', 'paths').map((p) => ({
        ingress,
        at: `${word(ingress.spec, 'ingressClassName')} ${word(r, 'host')}${word(p, 'path') || '/'} ${word(p, 'pathType')}`,
        place: `${word(r, 'host')}${word(p, 'path') || '/'}`,
        to: word(p, 'backend', 'service', 'name') || word(p, 'backend', 'serviceName'),
      })),
    ),
  );
  // A canary of the controller is meant to share the path.
  const plain = ways.filter((w) => !Object.entries(w.ingress.annotations).some(([key, value]) => key.endsWith('/canary') && value === 'true'));
  return [...Map.groupBy(plain, (w) => w.at).values()].flatMap((same) => {
    const other = same.find((w) => w.to !== same[0]?.to);
    if (other === undefined || same[0] === undefined) return [];
    const age = (w: { ingress: Resource }): string => text(dig(w.ingress.metadata, 'creationTimestamp'));
    const [older, younger] = age(same[0]) <= age(other) ? [same[0], other] : [other, same[0]];
    return [
      finding(
        younger.ingress,
        'route-conflict',
        'proven',
        `It sends ${younger.place} to ${younger.to}; ${older.ingress.entity} sends the same to ${older.to}.`,
        'Remove one of the two.',
      ),
    ];
  });
}

/** The edge is told to speak TLS to a service whose port is a plain one. */
function protocols(world: World): Finding[] {
  const said = world.heard.find((h) =>
    /wrong version number|ssl[_ ]?(handshake|routines)|first record does not look like a TLS|plain HTTP request/i.test(h.message),
  );
  return world.of('Ingress').flatMap((ingress) => {
    const secure = Object.entries(ingress.annotations).some(([key, value]) => key.endsWith('/backend-protocol') && /^(HTTPS|GRPCS)$/i.test(value));
    const services = list(ingress.spec, 'rules')
      .flatMap((r) => list(r, 'http', 'paths'))
      .flatMap((p) => world.find('Service', word(p, 'backend', 'service', 'name'), ingress.namespace) ?? []);
    const plain = services.find((s) =>
      list(s.spec, 'ports').every((p) => !/https|tls|443/i.test(`${word(p, 'name')} ${text(p['port'])} ${text(p['targetPort'])} ${word(p, 'appProtocol')}`)),
    );
    return !secure || plain === undefined
      ? []
      : [
          finding(
            ingress,
            'back-end-protocol-mismatch',
            said === undefined ? 'declared' : 'proven',
            `It speaks TLS to ${plain.name}, whose port is a plain one.${said ? ` ${said.message}` : ''}`,
            'Let it speak HTTP to that service.',
            {
              victims: said === undefined ? [] : [said.by.resource],
            },
          ),
        ];
  });
}
