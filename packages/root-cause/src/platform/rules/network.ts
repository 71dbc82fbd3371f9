// Network policies against the ways that requests take. Pure.
import { portsOf } from '../containers.ts';
import { fields, isFields, items, list, text, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { sameSpace, selects, type Workload, type World } from '../world.ts';

/** `calls` are the workloads that are known to call each other; without them a policy that lets nobody in is found all the same. */
export function networkRules(world: World, calls: readonly (readonly [from: Workload, to: Workload])[]): Finding[] {
  return world.of('NetworkPolicy').flatMap((policy) => {
    if (!policy.isDeclared) return [];
    const types = items(policy.spec['policyTypes']).map(text);
    const governed = world.workloads.filter((w) => sameSpace(w.resource.namespace, policy.namespace) && selects(policy.spec['podSelector'], w.labels));
    if (governed.length === 0) return [];
    const found: Finding[] = [];
    const inwards = types.length === 0 || types.includes('Ingress');
    const outwards = types.includes('Egress') || policy.spec['egress'] !== undefined;
    const rulesIn = list(policy.spec, 'ingress');
    const rulesOut = list(policy.spec, 'egress');
    const blockedIn = inwards
      ? calls.find(
          ([from, to]) => governed.includes(to) && !allowed(world, rulesIn, 'from', from, to, policy.namespace) && !otherAllows(world, policy.name, from, to),
        )
      : undefined;
    const blockedOut = outwards
      ? calls.find(
          ([from, to]) => governed.includes(from) && !allowed(world, rulesOut, 'to', to, to, policy.namespace) && !otherLetsOut(world, policy, from, to),
        )
      : undefined;
    const shutIn = governed.filter((w) => !othersFor(world, policy, w).some((p) => list(p.spec, 'ingress').length > 0));
    const shutOut = governed.filter((w) => !othersFor(world, policy, w).some((p) => list(p.spec, 'egress').length > 0));
    if (blockedIn !== undefined)
      found.push(
        finding(
          policy,
          'network-policy-blocks',
          'proven',
          `It keeps ${blockedIn[0].resource.entity} from ${blockedIn[1].resource.entity}, which it calls.`,
          'Allow that way.',
        ),
      );
    else if (blockedOut !== undefined)
      found.push(
        finding(
          policy,
          'network-policy-blocks',
          'proven',
          `It keeps ${blockedOut[0].resource.entity} from calling ${blockedOut[1].resource.entity}.`,
          'Allow that way.',
        ),
      );
    else if (inwards && rulesIn.length === 0 && shutIn.length > 0)
      found.push(
        finding(
          policy,
          'network-policy-blocks',
          'declared',
          `It lets nobody in to ${shutIn
            .map((w) => w.resource.name)
            .slice(0, 5)
            .join(', ')}.`,
          'Allow the callers.',
        ),
      );
    else if (outwards && rulesOut.length === 0 && shutOut.length > 0)
      found.push(
        finding(
          policy,
          'network-policy-blocks',
          'declared',
          `It lets ${shutOut
            .map((w) => w.resource.name)
            .slice(0, 5)
            .join(', ')} call nobody, not even DNS.`,
          'Allow DNS and what they call.',
        ),
      );
    const asksNobody = governed.find(
      (w) =>
        ![policy, ...othersFor(world, policy, w)].some((p) =>
          list(p.spec, 'egress').some((rule) => opensPort(rule, ['53', 'dns', 'dns-tcp']) && reachesNames(world, rule, p.namespace)),
        ),
    );
    if (outwards && rulesOut.length > 0 && asksNobody !== undefined)
      found.push(
        finding(
          policy,
          'network-policy-blocks-dns',
          world.heard.some((h) => h.by === asksNobody && /lookup|:53\b|name resolution|EAI_AGAIN/i.test(h.message)) ? 'proven' : 'declared',
          `It does not let ${asksNobody.resource.name} ask DNS (port 53).`,
          'Allow UDP and TCP 53.',
        ),
      );
    return found;
  });
}

/** Whether a rule lets requests out to the cluster's own name server, where it is known. */
function reachesNames(world: World, rule: Record<string, unknown>, namespace: string): boolean {
  const servers = world.workloads.filter((w) => /^(coredns|kube-dns|node-local-dns)/.test(w.resource.name));
  const blocks = list(rule, 'to').some((p) => isFields(p['ipBlock']));
  return blocks || servers.length === 0 || servers.some((w) => allowed(world, [{ to: rule['to'] }], 'to', w, w, namespace));
}
const opensPort = (rule: Record<string, unknown>, ports: readonly string[]): boolean =>
  rule['ports'] === undefined || list(rule, 'ports').some((p) => p['port'] === undefined || ports.includes(word(p, 'port')));

function allowed(world: World, rules: readonly Record<string, unknown>[], side: 'from' | 'to', peer: Workload, target: Workload, namespace: string): boolean {
  const ports = portsOf(target).flatMap((p) => [text(p.port), p.name]);
  return rules.some((rule) => {
    const peers = list(rule, side);
    const meets =
      peers.length === 0 ||
      peers.some((p) => {
        if (isFields(p['ipBlock'])) return word(p, 'ipBlock', 'cidr') === '0.0.0.0/0';
        const space = fields(world.find('Namespace', peer.resource.namespace, ''));
        const known = world.find('Namespace', peer.resource.namespace, '')?.labels ?? {};
        const inSpace = isFields(p['namespaceSelector'])
          ? Object.keys(space).length === 0 ||
            Object.keys(known).length === 0 ||
            selects(p['namespaceSelector'], { 'kubernetes.io/metadata.name': peer.resource.namespace, ...known })
          : sameSpace(peer.resource.namespace, namespace);
        return inSpace && (p['podSelector'] === undefined || selects(p['podSelector'], peer.labels));
      });
    return meets && (ports.length === 0 || opensPort(rule, ports));
  });
}

/** Policies add up: what one allows is allowed. */
const othersFor = (world: World, policy: Resource, w: Workload): Resource[] =>
  world.of('NetworkPolicy', policy.namespace).filter((p) => p !== policy && selects(p.spec['podSelector'], w.labels));
const otherLetsOut = (world: World, policy: Resource, from: Workload, to: Workload): boolean =>
  othersFor(world, policy, from).some((p) => allowed(world, list(p.spec, 'egress'), 'to', to, to, p.namespace));
const otherAllows = (world: World, name: string, from: Workload, to: Workload): boolean =>
  world
    .of('NetworkPolicy', to.resource.namespace)
    .some((p) => p.name !== name && selects(p.spec['podSelector'], to.labels) && allowed(world, list(p.spec, 'ingress'), 'from', from, to, p.namespace));
