// The sixth list: addresses, names and secrets of those that others depend on.
import type { App, Cluster } from './cluster.ts';
import { crash, dependentsSuffer, main, notReady, rollOut } from './effects.ts';
import { truth, type Fault } from './fault.ts';
import { SAYS } from './makers.ts';
import { recorded } from './suite.ts';
import { add, listAt, set, text, type Obj } from './tree.ts';

/** A client and the one whom it calls, written into it once more in a form of its own. */
function pair(c: Cluster): { app: App; to: App; port: number } {
  const app = c.random.pick(c.apps.filter((a) => a.calls.length > 0 && c.callers(a).length > 0));
  const to = c.apps.find((a) => a.name === app.calls[0]) ?? app;
  return { app, to, port: Number(text(to.service, 'spec.ports.0.port')) };
}
/** Takes away what the generator wrote of that address, so that one is left. */
function rewrite(c: Cluster, app: App, to: App, entry: Obj | null): void {
  const key = to.role.toUpperCase();
  set(
    main(app),
    'env',
    listAt(main(app), 'env').filter((e) => !text(e, 'name').startsWith(`${key}_`)),
  );
  if (app.config !== null) for (const name of Object.keys(app.config['data'] ?? {})) if (name.startsWith(`${key}_`)) set(app.config, ['data', name], undefined);
  if (entry !== null) add(main(app), 'env', entry);
  rollOut(c, app);
}
const failing = (c: Cluster, app: App, message: string): void => {
  c.logs.push({ entity: app.object, level: 'error', message });
  if (c.random.chance(0.5)) notReady(c, app, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
  else crash(c, app, 1);
  dependentsSuffer(c, app);
};
const noHost = (host: string): string => `dial tcp: lookup ${host} on 10.96.0.10:53: no such host`;

const address = (
  kind: string,
  causes: string[],
  entry: (to: App, port: number, c: Cluster) => Obj,
  says: (to: App, port: number, c: Cluster) => string,
): Fault => ({
  kind,
  family: 'address',
  bring: (c) => {
    const { app, to, port } = pair(c);
    rewrite(c, app, to, entry(to, port, c));
    failing(c, app, says(to, port, c));
    return truth(app.object, ...causes);
  },
});
const upper = (to: App): string => to.role.toUpperCase();

/** A file of settings, mounted, with all addresses in it. */
const settings = (
  kind: string,
  causes: string[],
  file: (to: App, port: number, c: Cluster) => [string, string],
  says: (to: App, port: number) => string,
): Fault => ({
  kind,
  family: 'address',
  bring: (c) => {
    const { app, to, port } = pair(c);
    rewrite(c, app, to, null);
    const [name, body] = file(to, port, c);
    const map = c.put({ ...c.meta('ConfigMap', `${app.name}-settings`, c.ns), data: { [name]: body } });
    add(app.object, 'spec.template.spec.volumes', { name: 'settings', configMap: { name: `${app.name}-settings` } });
    add(main(app), 'volumeMounts', { name: 'settings', mountPath: `/etc/app/${name}`, subPath: name });
    rollOut(c, app);
    failing(c, app, says(to, port));
    return truth([map, app.object], ...causes);
  },
});
const argument = (kind: string, causes: string[], args: (to: App, port: number) => string[], says: (to: App, port: number) => string): Fault => ({
  kind,
  family: 'address',
  bring: (c) => {
    const { app, to, port } = pair(c);
    rewrite(c, app, to, null);
    set(main(app), 'args', args(to, port));
    rollOut(c, app);
    failing(c, app, says(to, port));
    return truth(app.object, ...causes);
  },
});
const refusedAt = (to: App, port: number): string => `dial tcp ${to.name}:${port}: connect: connection refused`;

const secretOf = (kind: string, says: boolean, bring: (c: Cluster, store: App, client: App) => Obj[]): Fault => ({
  kind,
  family: 'store',
  bring: (c) => {
    const store = c.victim('store');
    const clients = c.callers(store);
    const client = c.random.pick(clients);
    const on = bring(c, store, client);
    for (const each of on.includes(client.object) ? [client] : clients) {
      if (says) c.logs.push({ entity: each.object, level: 'error', message: SAYS[store.role]?.refused ?? 'Access denied' });
      crash(c, each, 1);
    }
    return truth(on, 'credentials-mismatch');
  },
});

export const SIXTH_FAULTS_2: readonly Fault[] = recorded([
  address(
    'port of a dependency in the environment',
    ['environment-port-mismatch'],
    (to, port) => ({ name: `${upper(to)}_SERVICE_ADDR`, value: `${to.name}:${port + 1}` }),
    (to, port) => refusedAt(to, port + 1),
  ),
  address(
    'port of a dependency beside its host',
    ['environment-port-mismatch'],
    (to, port) => ({ name: `${upper(to)}_ENDPOINT`, value: `http://${to.name}:${port + 11}/api/v1` }),
    (to, port) => `Get "http://${to.name}:${port + 11}/api/v1": context deadline exceeded`,
  ),
  address(
    'name of a dependency is spelt otherwise',
    ['environment-address-unknown'],
    (to, port) => ({ name: `${upper(to)}_SERVICE_ADDR`, value: `${to.name.slice(0, -1)}:${port}` }),
    (to) => noHost(to.name.slice(0, -1)),
  ),
  address(
    'dependency is asked for in another namespace',
    ['environment-address-unknown', 'environment-address-wrong'],
    (to, port) => ({ name: `${upper(to)}_URL`, value: `http://${to.name}.staging.svc.cluster.local:${port}` }),
    (to) => noHost(`${to.name}.staging.svc.cluster.local`),
  ),
  address(
    'dependency is asked for in a namespace that is there',
    ['environment-address-unknown', 'environment-address-wrong'],
    (to, port) => ({ name: `${upper(to)}_HOST`, value: `${to.name}.monitoring:${port}` }),
    (to) => noHost(`${to.name}.monitoring`),
  ),
  {
    kind: 'address of one is that of another',
    family: 'address',
    bring: (c) => {
      const { app, to } = pair(c);
      const other = c.random.pick(c.apps.filter((a) => a !== to && a !== app && !app.calls.includes(a.name) && a.store === null && a.port !== to.port));
      rewrite(c, app, to, { name: `${upper(to)}_SERVICE_ADDR`, value: `${other.name}:${text(other.service, 'spec.ports.0.port')}` });
      failing(c, app, `rpc error: code = Unimplemented desc = unknown service ${to.role}`);
      return truth(app.object, 'environment-address-wrong');
    },
  },
  settings(
    'properties file names a host that is not there',
    ['config-address-unknown', 'environment-address-unknown'],
    (to, port) => ['application.properties', `server.port=8080\nlogging.level=INFO\n${to.role}.service.url=http://${to.name}-v2:${port}/\nretry.max=3\n`],
    (to) => noHost(`${to.name}-v2`),
  ),
  settings(
    'settings in yaml have another port',
    ['config-port-mismatch', 'environment-port-mismatch'],
    (to, port) => ['config.yaml', `server:\n  port: 8080\nclients:\n  ${to.role}:\n    host: ${to.name}\n    port: ${port + 7}\n    timeout: 2s\n`],
    (to, port) => refusedAt(to, port + 7),
  ),
  settings(
    'settings in json have another port',
    ['config-port-mismatch', 'environment-port-mismatch'],
    (to, port) => ['config.json', JSON.stringify({ port: 8080, [`${to.role}Address`]: `${to.name}:${port + 5}`, consul: 'off' })],
    (to, port) => refusedAt(to, port + 5),
  ),
  settings(
    'upstream of a proxy that is not there',
    ['config-address-unknown', 'environment-address-unknown'],
    (to, port) => [
      'default.conf',
      `upstream backend {\n  server ${to.name}-api:${port};\n}\nserver {\n  listen 8080;\n  location / { proxy_pass http://backend; }\n}\n`,
    ],
    (to) => `nginx: [emerg] host not found in upstream "${to.name}-api" in /etc/nginx/conf.d/default.conf:2`,
  ),
  argument(
    'argument has another port',
    ['environment-port-mismatch', 'config-port-mismatch', 'argument-port-mismatch'],
    (to, port) => ['--log-level=info', `--${to.role}-addr=${to.name}:${port + 3}`],
    (to, port) => refusedAt(to, port + 3),
  ),
  argument(
    'argument names a host that is not there',
    ['environment-address-unknown', 'config-address-unknown', 'argument-address-unknown'],
    (to, port) => [`--${to.role}-url`, `http://${to.name}-primary:${port}`],
    (to) => noHost(`${to.name}-primary`),
  ),
  {
    kind: 'port of the store',
    family: 'address',
    bring: (c) => {
      const client = c.victim('client');
      const store = c.app(client.store ?? '');
      rewrite(c, client, store, { name: `${upper(store)}_URI`, value: `${store.role}://user@${store.name}:${store.port + 1}/app` });
      failing(c, client, `connect ECONNREFUSED ${text(store.service, 'spec.clusterIP')}:${store.port + 1}`);
      return truth(client.object, 'environment-port-mismatch');
    },
  },
  secretOf('password of the store was changed in its secret', true, (c, store) => {
    const secret = c.find('Secret', `${store.name}-credentials`) ?? {};
    set(secret, 'data', { password: Buffer.from('rotated-2026').toString('base64') });
    set(secret, 'metadata.managedFields', [
      { manager: 'kubectl-patch', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} }, time: '2026-06-01T08:01:00Z' },
    ]);
    return [secret, store.object, ...c.callers(store).map((a) => a.object)];
  }),
  secretOf('password is written out and another', true, (_, store, client) => {
    const key = `${store.role.toUpperCase()}_PASSWORD`;
    set(main(client), 'env', [...listAt(main(client), 'env').filter((e) => e['name'] !== key), { name: key, value: 'changeme' }]);
    return [client.object];
  }),
  secretOf('password ends with a line break', true, (c, store) => {
    const secret = c.put(c.meta('Secret', `${store.name}-client`, c.ns));
    Object.assign(secret, { type: 'Opaque', data: { password: Buffer.from('pw-abc\n').toString('base64') } });
    const on = c.callers(store)[0];
    if (on === undefined) return [];
    const key = `${store.role.toUpperCase()}_PASSWORD`;
    set(main(on), 'env', [
      ...listAt(main(on), 'env').filter((e) => e['name'] !== key),
      { name: key, valueFrom: { secretKeyRef: { name: `${store.name}-client`, key: 'password' } } },
    ]);
    return [secret, on.object];
  }),
  {
    kind: 'database has another name',
    family: 'address',
    bring: (c) => {
      const store = c.apps.find((a) => ['mysql', 'postgres'].includes(a.role) && c.callers(a).length > 0);
      if (store === undefined) return truth([], 'none');
      const client = c.random.pick(c.callers(store));
      const name = store.role === 'mysql' ? 'MYSQL_DATABASE' : 'POSTGRES_DB';
      add(main(store), 'env', { name, value: 'shop' });
      rollOut(c, store);
      add(main(client), 'env', { name: 'DB_NAME', value: 'shop_v2' });
      failing(c, client, store.role === 'mysql' ? "ERROR 1049 (42000): Unknown database 'shop_v2'" : 'FATAL: database "shop_v2" does not exist');
      return truth(client.object, 'environment-database-mismatch');
    },
  },
  {
    kind: 'tables of another version',
    family: 'store',
    bring: (c) => {
      const client = c.victim('client');
      c.logs.push({ entity: client.object, level: 'error', message: `ERROR: column "loyalty_tier" of relation "customers" does not exist` });
      crash(c, client, 1);
      return truth(client.object, 'schema-mismatch');
    },
  },
  {
    kind: 'service was deleted',
    family: 'routing',
    bring: (c) => {
      const app = c.victim();
      const callers = c.callers(app);
      for (const o of [app.service, app.endpoints, app.slice]) c.drop(o);
      for (const caller of callers) failing(c, caller, noHost(app.name));
      return truth([app.object, ...callers.map((a) => a.object)], 'missing-service', 'environment-address-unknown', 'config-address-unknown');
    },
  },
  {
    kind: 'governing service of a stateful set',
    family: 'routing',
    bring: (c) => {
      const client = c.victim('client');
      const store = c.app(client.store ?? '');
      const host = `${store.name}-0.${store.name}-headless`;
      set(store.object, 'spec.serviceName', `${store.name}-headless`);
      store.object['kind'] = 'StatefulSet';
      if (store.set !== null) {
        c.drop(store.set);
        store.set = null;
      }
      for (const [i, pod] of store.pods.entries()) {
        set(pod, 'metadata.name', `${store.name}-${i}`);
        set(pod, 'metadata.ownerReferences', [{ kind: 'StatefulSet', name: store.name, controller: true }]);
      }
      c.route(store);
      rewrite(c, client, store, { name: `${upper(store)}_HOST`, value: `${host}:${store.port}` });
      failing(c, client, noHost(host));
      return truth([store.object, client.object], 'missing-service', 'environment-address-unknown');
    },
  },
]);
