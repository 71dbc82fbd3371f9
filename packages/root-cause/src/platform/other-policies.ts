// Network policies of plugins in the form of the platform's own, so that one set of rules reads them all. Pure.
import { fields, isFields, items, list, text, type Fields } from './dig.ts';

/** The spec of a NetworkPolicy that means the same; null where it cannot be told. */
export function asNetworkPolicy(kind: string, apiVersion: string, spec: Fields): Fields | null {
  if (/^Cilium(Clusterwide)?NetworkPolic(y|ys|ies)$/i.test(kind)) return cilium(spec);
  if (/calico/i.test(apiVersion) || /^GlobalNetworkPolic(y|ys|ies)$/i.test(kind)) return calico(spec);
  return null;
}

const SPACE = 'io.kubernetes.pod.namespace';
const labelsOf = (selector: unknown): [string, unknown][] =>
  Object.entries(fields(fields(selector)['matchLabels'])).map(([key, value]) => [key.replace(/^(k8s|any):/, ''), value]);
const bare = (selector: unknown): Fields => ({ ...fields(selector), matchLabels: Object.fromEntries(labelsOf(selector).filter(([key]) => key !== SPACE)) });
/** A label of the plugin stands for the namespace. */
const peer = (selector: unknown): Fields => {
  const space = labelsOf(selector).find(([key]) => key === SPACE)?.[1];
  return { podSelector: bare(selector), ...(space === undefined ? {} : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': space } } }) };
};
const ANYONE = { podSelector: {}, namespaceSelector: {} };

function cilium(spec: Fields): Fields {
  const rule =
    (side: 'from' | 'to') =>
    (r: Fields): Fields[] => {
      const name = (what: string): string => `${side}${what}`;
      const peers = [
        ...list(r, name('Endpoints')).map(peer),
        ...items(r[name('Entities')]).map((e) => (/^(all|cluster|world)$/.test(text(e)) ? ANYONE : { ipBlock: { cidr: text(e) } })),
        ...[...items(r[name('CIDR')]).map(text), ...list(r, name('CIDRSet')).map((c) => text(c['cidr']))].map((cidr) => ({ ipBlock: { cidr } })),
        ...list(r, 'toFQDNs').map((f) => ({ ipBlock: { cidr: text(f['matchName']) || text(f['matchPattern']) } })),
      ];
      const ports = list(r, 'toPorts').flatMap((p) => list(p, 'ports'));
      // A rule that names nobody allows nobody.
      return peers.length === 0 && ports.length === 0 ? [] : [{ ...(peers.length > 0 ? { [side]: peers } : {}), ...(ports.length > 0 ? { ports } : {}) }];
    };
  const types = [
    ...(spec['ingress'] === undefined && spec['ingressDeny'] === undefined ? [] : ['Ingress']),
    ...(spec['egress'] === undefined ? [] : ['Egress']),
  ];
  return {
    podSelector: bare(spec['endpointSelector']),
    policyTypes: types,
    ingress: list(spec, 'ingress').flatMap(rule('from')),
    ...(spec['egress'] === undefined ? {} : { egress: list(spec, 'egress').flatMap(rule('to')) }),
  };
}

/** "app == 'cart' && tier == 'back'" as labels; null for what is more than that. */
function selectorIn(said: string): Fields | null {
  if (said === '' || said === 'all()') return {};
  const parts = said.split('&&').map((part) => /^\s*([\w./-]+)\s*==\s*['"]([^'"]*)['"]\s*$/.exec(part));
  return parts.some((p) => p === null) ? null : { matchLabels: Object.fromEntries(parts.map((p) => [p?.[1] ?? '', p?.[2] ?? ''])) };
}
function calico(spec: Fields): Fields | null {
  const podSelector = selectorIn(text(spec['selector']));
  if (podSelector === null) return null;
  const rules = (key: 'ingress' | 'egress', side: 'from' | 'to', peer: string): Fields[] =>
    list(spec, key).flatMap((r) => {
      const selector = selectorIn(text(fields(r[peer])['selector']));
      const nets = items(fields(r[peer])['nets']).map((cidr) => ({ ipBlock: { cidr: text(cidr) } }));
      const ports = items(fields(r['destination'])['ports']).map((port) => ({ port }));
      const anyone = !isFields(r[peer]) || (nets.length === 0 && text(fields(r[peer])['selector']) === '');
      return text(r['action']) !== 'Allow' || selector === null
        ? []
        : [{ [side]: anyone ? [ANYONE] : nets.length > 0 ? nets : [{ podSelector: selector }], ...(ports.length > 0 ? { ports } : {}) }];
    });
  const types = items(spec['types']).map(text);
  return {
    podSelector,
    policyTypes: types.length > 0 ? types : ['Ingress'],
    ingress: rules('ingress', 'from', 'source'),
    ...(types.includes('Egress') ? { egress: rules('egress', 'to', 'destination') } : {}),
  };
}
