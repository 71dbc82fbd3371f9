// Nodes and the parts of the platform that run on them. Pure.
import { containersOf, isHurt, isPodReady, statesOf } from '../containers.ts';
import { count, dig, list, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import type { World } from '../world.ts';

const PRESSURES: Readonly<Record<string, string>> = {
  MemoryPressure: 'node-memory-pressure',
  DiskPressure: 'node-disk-pressure',
  PIDPressure: 'node-pid-pressure',
  NetworkUnavailable: 'node-network-unavailable',
};

export const nodeRules = (world: World): Finding[] => [
  ...gone(world),
  ...world.of('Node').flatMap((node) => [...unready(node), ...pressed(node), ...closed(world, node)]),
];

/** Pods of a node that the cluster no longer has. */
function gone(world: World): Finding[] {
  const nodes = new Set(world.of('Node').map((n) => n.name));
  const lost = world.of('Pod').filter((p) => {
    const on = word(p.spec, 'nodeName');
    const owner = world.workloadOf(p);
    // A template that names it never had that node.
    if (owner !== undefined && owner.resource !== p && word(owner.template, 'nodeName') === on) return false;
    return on !== '' && nodes.size > 0 && !nodes.has(on) && !isPodReady(p) && p.status['conditions'] !== undefined && word(p.status, 'phase') !== 'Succeeded';
  });
  return [...Map.groupBy(lost, (p) => word(p.spec, 'nodeName'))].map(([name, pods]) =>
    finding(
      world.unlisted('Node', name, ''),
      'node-gone',
      'proven',
      `${pods.length} pods are on node ${name}, which is not in the cluster.`,
      'Bring the node back, or delete its pods so that others take their place.',
      {
        victims: pods,
      },
    ),
  );
}

function unready(node: Resource): Finding[] {
  const ready = list(node.status, 'conditions').find((c) => word(c, 'type') === 'Ready');
  const events = node.events.map((e) => `${e.reason} ${e.message}`).join(' | ');
  const said = `${word(ready, 'reason')} ${word(ready, 'message')} | ${events}`;
  const down = ready !== undefined && word(ready, 'status') !== 'True';
  if (!down && !/NodeNotReady|ContainerRuntimeUnhealthy|KubeletUnhealthy|(containerd|docker|kubelet).*(down|stopped|inactive|dead|failed)/i.test(events))
    return [];
  const make = (cause: string, repair: string) => [
    finding(node, cause, 'proven', `Node ${node.name} is not ready: ${said.trim()}`, repair, {
      nextCheck: `Look at kubelet and container runtime on ${node.name}.`,
    }),
  ];
  if (
    /container runtime (is down|network not|not ready)|PLEG|containerd|docker.*(down|unreachable|not running)|runtime.*not (ready|available)|ContainerRuntime/i.test(
      said,
    ) &&
    !/cni|network plugin/i.test(said)
  )
    return make('container-runtime-unavailable', 'Start the container runtime of the node.');
  if (/cni|network plugin|NetworkPluginNotReady/i.test(said)) return make('node-network-plugin-unavailable', 'Look at the network plugin on the node.');
  if (/kubelet (stopped|is not)|NodeStatusUnknown|kubelet.*(down|inactive|dead|failed)/i.test(said))
    return make('kubelet-unavailable', 'Start kubelet on the node.');
  return make('node-not-ready', 'Drain the node; look at kubelet and its network.');
}

const pressed = (node: Resource): Finding[] =>
  list(node.status, 'conditions').flatMap((c) => {
    const cause = PRESSURES[word(c, 'type')];
    return cause === undefined || word(c, 'status') !== 'True'
      ? []
      : [
          finding(
            node,
            cause,
            'proven',
            `Node ${node.name}: ${word(c, 'type')}. ${word(c, 'message')}`,
            'Free the resource on the node, or move pods from it.',
          ),
        ];
  });

function closed(world: World, node: Resource): Finding[] {
  if (dig(node.spec, 'unschedulable') !== true) return [];
  const waits = world.of('Pod').some((p) => word(p.status, 'phase') === 'Pending' && word(p.spec, 'nodeName') === '');
  return [finding(node, 'node-cordoned', waits ? 'declared' : 'symptom', `Node ${node.name} takes no new pods.`, `Uncordon ${node.name}.`)];
}

const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^kube-proxy/, 'kube-proxy-unavailable'],
  [/^(coredns|kube-dns)/, 'cluster-dns-unavailable'],
  [/^kube-scheduler/, 'scheduler-unavailable'],
  [/^kube-controller-manager/, 'controller-manager-unavailable'],
  [/^(calico|cilium|flannel|kube-flannel|weave|kindnet|canal|antrea)/, 'node-network-plugin-unavailable'],
  [/^(metrics-server)/, 'metrics-server-unavailable'],
  [/^etcd/, 'etcd-unavailable'],
  [/^kube-apiserver/, 'api-server-unavailable'],
];

/** The parts that every cluster has, by the names that Kubernetes itself gives them. */
export const systemRules = (world: World): Finding[] => [...parts(world), ...meshControl(world), ...dataStore(world)];

/** What keeps the state of the cluster refuses, in its own words. */
function dataStore(world: World): Finding[] {
  const store = world.workloads.find((w) => w.resource.name.startsWith('etcd'));
  const words = /etcdserver: |mvcc: database space exceeded|etcd[^\n]{0,40}(no leader|NOSPACE|leader changed)/i;
  const said = [...world.workloads.flatMap((w) => w.events.map((e) => e.message)), ...world.heard.map((h) => h.message)].find((m) => words.test(m));
  return said === undefined || store === undefined
    ? []
    : [finding(store.resource, 'etcd-unavailable', 'proven', `It refuses: ${said}`, 'Compact and defragment it, disarm its alarm; look at its disk.')];
}

/** Without it the proxies that stand beside the containers are not told where to send anything. */
function meshControl(world: World): Finding[] {
  const users = world.workloads.filter((w) => containersOf(w).some((c) => /^(istio|linkerd)-proxy$/.test(c.name)));
  const control = world.workloads.find((w) => /^(istiod|istio-pilot|linkerd-destination)/.test(w.resource.name));
  if (control === undefined || users.length === 0 || (count(control.resource.spec, 'replicas') !== 0 && isHurt(control) !== true)) return [];
  return [
    finding(
      control.resource,
      'mesh-control-plane-unavailable',
      'proven',
      `It does not run; ${users.length} workloads have a proxy that asks it.`,
      'Start it again; look at its log.',
      {
        victims: users.map((w) => w.resource),
      },
    ),
  ];
}

const parts = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    const part = PARTS.find(([pattern]) => pattern.test(w.resource.name));
    if (part === undefined) return [];
    const { spec, status } = w.resource;
    const stopped = count(spec, 'replicas') === 0 || (count(status, 'desiredNumberScheduled') ?? 1) === 0;
    const short = (count(status, 'numberUnavailable') ?? count(status, 'unavailableReplicas') ?? 0) > 0;
    const failing = statesOf(w).some((s) => !s.ready && (s.waiting !== '' || s.exitCode !== null));
    if (!stopped && !short && !failing && isHurt(w) !== true) return [];
    return [
      finding(
        w.resource,
        part[1],
        'proven',
        `${w.resource.name} ${stopped ? 'is set to run nowhere' : 'does not run everywhere it should'}.`,
        'Start it again; look at its log.',
      ),
    ];
  });
