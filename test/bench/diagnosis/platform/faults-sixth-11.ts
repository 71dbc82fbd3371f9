// The sixth list: accounts, what the API lets in, and what a container may do.
import type { App, Cluster } from './cluster.ts';
import { breakPods, crash, dependentsSuffer, main, podSpec, uncreated } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { custom, victimDown } from './makers.ts';
import { recorded, tool } from './suite.ts';
import { set, text, type Obj } from './tree.ts';
import { agent, counted, stateful } from './workloads.ts';

const refused = (kind: string, causes: string[], message: (name: string) => string, more: (c: Cluster, app: App) => Obj[]): Fault => ({
  kind,
  family: 'admission',
  bring: (c) => {
    const app = c.victim();
    const on = more(c, app);
    uncreated(c, app, message(c.podName(app)));
    dependentsSuffer(c, app);
    return truth(on, ...causes);
  },
});
const hook = (c: Cluster, kind: string, service: string, ns: string): Obj =>
  custom(
    c,
    'admissionregistration.k8s.io/v1',
    kind,
    'policy.guard.example.com',
    {
      webhooks: [
        {
          name: 'policy.guard.example.com',
          clientConfig: { service: { name: service, namespace: ns, path: '/validate', port: 443 }, caBundle: 'LS0t' },
          failurePolicy: 'Fail',
          timeoutSeconds: 10,
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        },
      ],
    },
    null,
  );
/** An operator with an account of its own that the API refuses. */
function operator(c: Cluster, allowed: Obj[], subject: Obj, role: string): { app: App; rule: Obj; binding: Obj; account: Obj } {
  const app = c.victim();
  const account = c.put(c.meta('ServiceAccount', 'watcher', c.ns));
  const rule = c.put({ ...c.meta('Role', 'watcher-role', c.ns), rules: allowed });
  const binding = c.put({
    ...c.meta('RoleBinding', 'watcher-binding', c.ns),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
    subjects: [subject],
  });
  set(podSpec(app), 'serviceAccountName', 'watcher');
  c.logs.push({
    entity: app.object,
    level: 'error',
    message: `pods is forbidden: User "system:serviceaccount:${c.ns}:watcher" cannot list resource "pods" in API group "" in the namespace "${c.ns}"`,
  });
  crash(c, app, 1);
  return { app, rule, binding, account };
}

export const SIXTH_FAULTS_11: readonly Fault[] = recorded([
  refused(
    'account of the pods is not there',
    ['missing-service-account'],
    (name) => `pods "${name}" is forbidden: error looking up service account: serviceaccount "app-runner" not found`,
    (_, app) => {
      set(podSpec(app), 'serviceAccountName', 'app-runner');
      return [app.object];
    },
  ),
  {
    kind: 'account of a daemon set is not there',
    family: 'admission',
    bring: (c) => {
      const app = agent(c, 'fluent-bit', 2020);
      set(podSpec(app), 'serviceAccountName', 'fluent-bit');
      uncreated(c, app, `pods "fluent-bit-" is forbidden: error looking up service account ${c.ns}/fluent-bit: serviceaccount "fluent-bit" not found`);
      app.object['status'] = { desiredNumberScheduled: c.nodes.length, currentNumberScheduled: 0, numberReady: 0, numberUnavailable: c.nodes.length };
      return truth(app.object, 'missing-service-account');
    },
  },
  {
    kind: 'role lacks a verb',
    family: 'permission',
    bring: (c) => {
      const { app, rule, binding } = operator(
        c,
        [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
        { kind: 'ServiceAccount', name: 'watcher', namespace: c.ns },
        'watcher-role',
      );
      return truth([rule, app.object, binding], 'role-lacks-permission', 'rbac-forbidden');
    },
  },
  {
    kind: 'binding names the account of another namespace',
    family: 'permission',
    bring: (c) => {
      const { app, binding, account } = operator(
        c,
        [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
        { kind: 'ServiceAccount', name: 'watcher', namespace: 'monitoring' },
        'watcher-role',
      );
      return truth([binding, app.object, account], 'role-not-bound', 'rbac-forbidden');
    },
  },
  {
    kind: 'binding to a role that is not there',
    family: 'permission',
    bring: (c) => {
      const { app, binding } = operator(
        c,
        [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
        { kind: 'ServiceAccount', name: 'watcher', namespace: c.ns },
        'watcher',
      );
      return truth([binding, app.object], 'missing-role', 'rbac-forbidden');
    },
  },
  victimDown('image runs as root and may not', 'security', 'security-context', (c, app) => {
    set(podSpec(app), 'securityContext', { runAsNonRoot: true });
    const message = `container has runAsNonRoot and image will run as root (pod: "${c.podName(app)}_${c.ns}(a1)", container: ${text(main(app), 'name')})`;
    breakPods(c, app, { waiting: 'CreateContainerConfigError', message, phase: 'Pending' }, [['Failed', `Error: ${message}`]]);
  }),
  victimDown('file system may not be written', 'security', ['read-only-file-system', 'security-context'], (c, app) => {
    set(main(app), 'securityContext', { readOnlyRootFilesystem: true });
    crash(c, app, 1, [], 'Error', 'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)');
  }),
  victimDown('profile of system calls is not on the node', 'security', 'security-context', (c, app) => {
    set(podSpec(app), 'securityContext', { seccompProfile: { type: 'Localhost', localhostProfile: 'profiles/audit.json' } });
    const message =
      'failed to generate security options for container: cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/audit.json": open /var/lib/kubelet/seccomp/profiles/audit.json: no such file or directory';
    breakPods(c, app, { waiting: 'CreateContainerError', message, phase: 'Pending' }, [['Failed', `Error: ${message}`]]);
  }),
  victimDown('port below 1024 without the right', 'security', 'security-context', (c, app) => {
    set(main(app), 'securityContext', { runAsUser: 1000, capabilities: { drop: ['ALL'] } });
    crash(c, app, 1, [], 'Error', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)');
  }),
  refused(
    'namespace allows restricted pods only',
    ['pod-security-violation'],
    (name) =>
      `pods "${name}" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities, runAsNonRoot != true`,
    (c, app) => {
      const ns = c.find('Namespace', c.ns) ?? {};
      set(ns, ['metadata', 'labels', 'pod-security.kubernetes.io/enforce'], 'restricted');
      return [app.object, ns];
    },
  ),
  refused(
    'hook has nobody behind it',
    ['admission-webhook', 'zero-replicas'],
    () =>
      'Internal error occurred: failed calling webhook "policy.guard.example.com": failed to call webhook: Post "https://guard.policy-system.svc:443/validate?timeout=10s": no endpoints available for service "guard"',
    (c) => {
      const { deployment, pod, service } = tool(c, 'policy-system', 'guard', 443);
      c.drop(pod);
      set(deployment, 'spec.replicas', 0);
      deployment['status'] = { observedGeneration: 2 };
      set(c.find('Endpoints', 'guard') ?? {}, 'subsets', undefined);
      return [hook(c, 'ValidatingWebhookConfiguration', 'guard', 'policy-system'), deployment, service];
    },
  ),
  refused(
    'hook shows a certificate of another',
    ['admission-webhook', 'certificate-invalid'],
    () =>
      'Internal error occurred: failed calling webhook "policy.guard.example.com": failed to call webhook: Post "https://guard.policy-system.svc:443/validate?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    (c) => {
      tool(c, 'policy-system', 'guard', 443);
      return [hook(c, 'MutatingWebhookConfiguration', 'guard', 'policy-system')];
    },
  ),
  refused(
    'hook of a service that is not there',
    ['admission-webhook', 'missing-service'],
    () =>
      'Internal error occurred: failed calling webhook "policy.guard.example.com": failed to call webhook: Post "https://old-guard.policy-system.svc:443/validate?timeout=10s": service "old-guard" not found',
    (c) => [hook(c, 'ValidatingWebhookConfiguration', 'old-guard', 'policy-system')],
  ),
  refused(
    'class of priority is not there',
    ['missing-priority-class'],
    (name) => `pods "${name}" is forbidden: no PriorityClass with name business-critical was found`,
    (_, app) => {
      set(podSpec(app), 'priorityClassName', 'business-critical');
      return [app.object];
    },
  ),
  {
    kind: 'stateful set waits for its first pod',
    family: 'rollout',
    bring: (c) => {
      const app = stateful(c, c.victim());
      set(app.object, 'spec.replicas', 3);
      for (const pod of app.pods.slice(1)) c.drop(pod);
      app.pods = app.pods.slice(0, 1);
      set(main(app), 'resources.limits.memory', '30Mi');
      crash(c, app, 137, [], 'OOMKilled');
      dependentsSuffer(c, app);
      return truth(app.object, 'oom-killed', 'memory-limit-too-low');
    },
  },
  {
    kind: 'daemon set has no memory for a node',
    family: 'limit',
    bring: (c) => {
      const app = agent(c, 'otel-agent', 4317);
      set(main(app), 'resources.limits.memory', '16Mi');
      crash(c, app, 137, [], 'OOMKilled');
      counted(app);
      return truth(app.object, 'oom-killed', 'memory-limit-too-low');
    },
  },
]);
