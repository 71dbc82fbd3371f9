// What an oddity is made of: objects beside the fault, and applications that it has not touched.
import { STORES, type App, type Cluster } from './cluster.ts';
import { listAt, text, type Obj } from './tree.ts';

export const LONG_AGO = '2026-04-02T03:00:00Z';
export const container = (app: App): Obj => listAt(app.object, 'spec.template.spec.containers')[0] ?? {};
export const everyPod = (app: App, put: (containerOfPod: Obj, pod: Obj) => void): void => {
  for (const pod of app.pods) put(listAt(pod, 'spec.containers')[0] ?? {}, pod);
};
export const workload = (c: Cluster, kind: string, name: string, spec: Obj, status: Obj, namespace = c.ns): Obj => {
  const labels = { app: name };
  const made = c.put(c.meta(kind, name, namespace, { labels }));
  Object.assign(made, {
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: `registry.example.com/${name}:v1` }] } },
      ...spec,
    },
    status,
  });
  return made;
};
export const lonePod = (c: Cluster, name: string, status: Obj, namespace = c.ns, owner: Obj | null = null, labels: Obj = { app: name }): Obj => {
  const more = owner === null ? {} : { ownerReferences: [{ kind: owner['kind'], name: text(owner, 'metadata.name'), controller: true }] };
  const pod = c.put(c.meta('Pod', name, namespace, { labels, ...more }));
  Object.assign(pod, {
    spec: { containers: [{ name: 'main', image: 'registry.example.com/tool:v1' }], nodeName: text(c.random.pick(c.nodes), 'metadata.name') },
    status,
  });
  return pod;
};
/** One that is well and that the fault has not touched. */
export const bystander = (c: Cluster, spared: ReadonlySet<Obj>): App | undefined =>
  c.random
    .shuffle(c.apps)
    .find(
      (a) =>
        STORES.every((s) => s.role !== a.role) &&
        a.pods.length > 0 &&
        ![a.object, a.set, a.service, ...a.pods].some((o) => o !== null && spared.has(o)) &&
        a.pods.every((p) => listAt(p, 'status.conditions').some((one) => one['type'] === 'Ready' && one['status'] === 'True')),
    );

export type Oddity = (c: Cluster, spared: ReadonlySet<Obj>) => void;
export const on =
  (put: (c: Cluster, app: App) => void): Oddity =>
  (c, spared) => {
    const app = bystander(c, spared);
    if (app !== undefined) put(c, app);
  };
