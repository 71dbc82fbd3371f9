// Routes, policies and experiments of a service mesh: what they send elsewhere, refuse or break on purpose. Pure.
import { fields, isFields, items, list, text, word, words } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { matches, sameSpace, type World } from '../world.ts';

export const meshRules = (world: World): Finding[] => [...subsets(world), ...authorisation(world), ...mutualTls(world), ...onPurpose(world), ...tight(world)];

const hostOf = (value: string): string => value.split('.')[0] ?? value;

function subsets(world: World): Finding[] {
  const rules = world.of('DestinationRule');
  const routed = world.of('VirtualService').flatMap((route) =>
    [...list(route.spec, 'http'), ...list(route.spec, 'tcp'), ...list(route.spec, 'tls')]
      .flatMap((h) => list(h, 'route').map((r) => fields(r['destination'])))
      .flatMap((d) => {
        const [host, subset] = [hostOf(word(d, 'host')), word(d, 'subset')];
        if (subset === '') return [];
        const known = rules.filter((r) => hostOf(word(r.spec, 'host')) === host).flatMap((r) => list(r.spec, 'subsets'));
        return known.some((s) => word(s, 'name') === subset)
          ? []
          : [
              finding(
                route,
                'missing-subset',
                'proven',
                `It sends requests to subset ${subset} of ${host}; ${known.length === 0 ? 'no destination rule declares one' : `declared are ${known.map((s) => word(s, 'name')).join(', ')}`}.`,
                'Name a subset that a destination rule declares.',
              ),
            ];
      }),
  );
  const empty = rules.flatMap((rule) => {
    const service = world.of('Service').find((s) => s.name === hostOf(word(rule.spec, 'host')) && sameSpace(s.namespace, rule.namespace));
    const behind = service === undefined ? [] : world.selected(service.selector, service.namespace);
    return list(rule.spec, 'subsets').flatMap((s) => {
      const labels = words(s, 'labels');
      const pods = behind.flatMap((w) => [w.labels, ...w.pods.map((p) => p.labels)]);
      return Object.keys(labels).length === 0 || pods.length === 0 || pods.some((own) => matches(labels, own))
        ? []
        : [finding(rule, 'missing-subset', 'declared', `Subset ${word(s, 'name')} fits no pod of ${service?.name ?? ''}.`, 'Set its labels to those of pods.')];
    });
  });
  return [...routed, ...empty];
}

const governs = (world: World, policy: Resource): Resource[] => {
  const selector = words(policy.spec, 'selector', 'matchLabels');
  return world.workloads
    .filter((w) => sameSpace(w.resource.namespace, policy.namespace) && (Object.keys(selector).length === 0 || matches(selector, w.labels)))
    .map((w) => w.resource);
};

function authorisation(world: World): Finding[] {
  return world.of('AuthorizationPolicy').flatMap((policy) => {
    const governed = governs(world, policy);
    const rules = items(policy.spec['rules']);
    const action = word(policy.spec, 'action') || 'ALLOW';
    const who = governed
      .map((r) => r.name)
      .slice(0, 5)
      .join(', ');
    // "spec: {}" is the shortest way to let nobody in.
    if (governed.length === 0 || !(policy.isDeclared || isFields(policy.raw['spec']))) return [];
    const denies = action === 'DENY' && rules.length > 0;
    // An ALLOW without rules lets nobody in.
    const closes = action === 'ALLOW' && rules.length === 0;
    if (!denies && !closes) return [];
    const all = closes || rules.some((r) => isFields(r) && Object.keys(r).length === 0);
    return [
      finding(
        policy,
        'authorization-policy-denies',
        all ? 'proven' : 'declared',
        `It refuses ${all ? 'all' : 'some'} requests to ${who}.`,
        'Allow the callers.',
      ),
    ];
  });
}

/** A policy that asks for certificates of the mesh refuses whoever has no proxy. */
const mutualTls = (world: World): Finding[] =>
  world.of('PeerAuthentication').flatMap((policy) => {
    if (word(policy.spec, 'mtls', 'mode') !== 'STRICT') return [];
    const bare = world.workloads.find(
      (w) =>
        sameSpace(w.resource.namespace, policy.namespace) &&
        w.pods.length > 0 &&
        w.pods.every((p) => !/istio-proxy|linkerd-proxy|envoy/.test(JSON.stringify(p.spec))),
    );
    const cut = world.heard.find((h) => /reset by peer|disconnect\/reset|connection reset|tls|EOF/i.test(h.message));
    return bare === undefined && cut === undefined
      ? []
      : [
          finding(
            policy,
            'mutual-tls-strict',
            cut !== undefined && bare !== undefined ? 'proven' : 'declared',
            `It asks for mutual TLS; ${bare?.resource.name ?? 'a caller'} has no proxy.${cut ? ` ${cut.message}` : ''}`,
            'Let the mode be PERMISSIVE until each workload has a proxy.',
          ),
        ];
  });

/** Bounds on the way that refuse what the called one could serve. */
function tight(world: World): Finding[] {
  const overflow = world.heard.find((h) => /overflow|circuit.?break|\bUO\b|pending requests/i.test(h.message));
  const pools = world.of('DestinationRule').flatMap((rule) => {
    const policies = [rule.spec['trafficPolicy'], ...list(rule.spec, 'subsets').map((s) => s['trafficPolicy'])];
    const bounds = policies.flatMap((p) => [...Object.entries(words(p, 'connectionPool', 'http')), ...Object.entries(words(p, 'connectionPool', 'tcp'))]);
    const low = bounds.filter(([key, value]) => /^(max|http\dMax)/i.test(key) && !/Retries|Duration/.test(key) && Number(value) > 0 && Number(value) <= 5);
    if (low.length === 0 && (overflow === undefined || bounds.length === 0)) return [];
    const said = (low.length > 0 ? low : bounds).map(([key, value]) => `${key} ${value}`).join(', ');
    return [
      finding(
        rule,
        'circuit-breaker-too-tight',
        overflow === undefined ? 'declared' : 'proven',
        `It lets few through to ${word(rule.spec, 'host')} (${said}).${overflow ? ` ${overflow.message}` : ''}`,
        'Raise the bounds to the traffic.',
        {
          victims: overflow === undefined ? [] : [overflow.by.resource],
        },
      ),
    ];
  });
  const late = world.heard.find((h) => /timed? ?out|deadline|\b504\b/i.test(h.message));
  const routes = world.of('VirtualService').flatMap((route) =>
    list(route.spec, 'http').flatMap((h) => {
      const limit = secondsOf(word(h, 'timeout'));
      // Below what a request over a network takes, nobody has to have complained.
      if (limit === null || limit <= 0 || (late === undefined && limit > 0.1)) return [];
      return [
        finding(
          route,
          'route-timeout-too-short',
          late === undefined ? 'declared' : 'proven',
          `It gives up after ${word(h, 'timeout')}.${late ? ` ${late.message}` : ''}`,
          'Give the route the time that the called one takes.',
          {
            victims: late === undefined ? [] : [late.by.resource],
          },
        ),
      ];
    }),
  );
  return [...pools, ...routes];
}
function secondsOf(duration: string): number | null {
  const match = /^([\d.]+)(ms|s|m|h)$/.exec(duration);
  return match === null ? null : Number(match[1]) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] ?? ''] ?? 1);
}

/** Faults that somebody asked for: by a route of the mesh, or by an experiment. */
function onPurpose(world: World): Finding[] {
  const injected = world.of('VirtualService').flatMap((route) => {
    const fault = list(route.spec, 'http')
      .map((h) => fields(h['fault']))
      .find((f) => Object.keys(f).length > 0);
    return fault === undefined
      ? []
      : [finding(route, 'fault-injected', 'proven', `It injects faults into requests: ${JSON.stringify(fault)}.`, 'Remove the fault from the route.')];
  });
  const experiments = world.all.filter(
    (r) =>
      /chaos/i.test(`${word(r.raw, 'apiVersion')} ${r.kind}`) &&
      ![
        'Deployment',
        'Pod',
        'Service',
        'ReplicaSet',
        'ConfigMap',
        'Secret',
        'CustomResourceDefinition',
        'ServiceAccount',
        'Role',
        'RoleBinding',
        'ClusterRole',
        'ClusterRoleBinding',
      ].includes(r.kind) &&
      Object.keys(r.spec).length > 0,
  );
  return [
    ...injected,
    ...experiments.map((r) =>
      finding(
        r,
        'fault-injected',
        /paused|finished/i.test(text(r.annotations['experiment.chaos-mesh.org/pause'])) ? 'symptom' : 'proven',
        `An experiment is under way: ${r.kind} ${word(r.spec, 'action')} ${JSON.stringify(r.spec['selector'] ?? '').slice(0, 120)}.`,
        'End the experiment.',
      ),
    ),
  ];
}
