// Addresses and credentials in the environment of containers against the services and secrets there are. Pure.
import { argumentsOf } from '../arguments.ts';
import { containersOf, envOf, isHurt } from '../containers.ts';
import { list, text, word } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { sameSpace, type Workload, type World } from '../world.ts';

type Setting = { name: string; value: string; from: string };
const ADDRESS = /^(?:jdbc:)?(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/\s]*@)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?(?:[/?,].*)?$/i;
const NAMES_HOST = /(host|addr|address|url|uri|endpoint|server|service|broker|dsn)s?(_?name)?$/i;
/** Names of variables that say where to send what is only looked at. */
const REPORTS =
  /otel|otlp|opentelemetry|jaeger|zipkin|trac(e|er|ing)|collector|telemetry|statsd|datadog|(^|_)dd_|sentry|profil|metrics?_|apm|log(stash|ging)?_/i;
const INSIDE = /\.svc(\.cluster\.local)?$|\.cluster\.local$/;

/** Values of secrets come in base64; one that is not, or is withheld, stays as it is. */
function plainOf(value: string): string {
  if (value.length < 4 || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+=*$/.test(value)) return value;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  return /^[\x20-\x7e]+\n?$/.test(decoded) ? decoded.trim() : value;
}
const isWithheld = (value: string): boolean => value === '' || /^[*x<[]|redacted|masked/i.test(value);

/** Literal values and whole config maps and secrets that a workload takes in; read once, as many rules ask. */
export const settingsOf = (world: World, w: Workload): Setting[] => {
  const known = READ.get(w) ?? readSettings(world, w);
  READ.set(w, known);
  return known;
};
const READ = new WeakMap<Workload, Setting[]>();

const readSettings = (world: World, w: Workload): Setting[] => {
  const held = (kind: 'ConfigMap' | 'Secret', name: string): Record<string, string> => {
    const data = world.find(kind, name, w.resource.namespace)?.data ?? {};
    return kind === 'ConfigMap' ? data : Object.fromEntries(Object.entries(data).map(([key, value]) => [key, plainOf(value)]));
  };
  return containersOf(w).flatMap((c) => [
    ...envOf(c).map((e) => ({ ...e, from: `${c.name}: variable ${e.name}` })),
    ...argumentsOf(c).map((a) => ({ ...a, from: `${c.name}: argument ${a.name}` })),
    ...list(c.spec, 'env').flatMap((e) => {
      const [kind, ref] = word(e, 'valueFrom', 'configMapKeyRef', 'name') ? (['ConfigMap', 'configMapKeyRef'] as const) : (['Secret', 'secretKeyRef'] as const);
      const value = held(kind, word(e, 'valueFrom', ref, 'name'))[word(e, 'valueFrom', ref, 'key')];
      return value === undefined ? [] : [{ name: word(e, 'name'), value, from: `${kind} ${word(e, 'valueFrom', ref, 'name')}` }];
    }),
    ...list(c.spec, 'envFrom').flatMap((e) =>
      (
        [
          ['ConfigMap', 'configMapRef'],
          ['Secret', 'secretRef'],
        ] as const
      ).flatMap(([kind, ref]) =>
        Object.entries(held(kind, word(e, ref, 'name'))).map(([name, value]) => ({
          name: word(e, 'prefix') + name,
          value,
          from: `${kind} ${word(e, ref, 'name')}`,
        })),
      ),
    ),
  ]);
};

export const environmentRules = (world: World): Finding[] => world.workloads.flatMap((w) => [...addresses(world, w), ...credentials(world, w), ...shadowed(w)]);

/** Of a variable that is set twice the last one counts. */
const shadowed = (w: Workload): Finding[] =>
  containersOf(w).flatMap((c) => {
    const env = envOf(c);
    return env.flatMap(({ name, value }, i) => {
      const later = env.slice(i + 1).find((e) => e.name === name && e.value !== value);
      return later === undefined
        ? []
        : [
            finding(
              w.resource,
              'environment-shadowed',
              'declared',
              `${c.name} sets ${name} twice: "${hide(value)}", then "${hide(later.value)}", which counts.`,
              'Remove one of the two.',
            ),
          ];
    });
  });

function addresses(world: World, w: Workload): Finding[] {
  const services = world.of('Service');
  if (services.length === 0) return [];
  const settings = settingsOf(world, w);
  return settings.flatMap((s) => {
    const match = ADDRESS.exec(s.value.trim());
    const host = match?.[1] ?? '';
    const written = match?.[2] ?? (/^\d{2,5}$/.test(sisterPort(settings, s.name)) ? sisterPort(settings, s.name) : '');
    if (host === '' || /^(localhost|true|false|0\.0\.0\.0|\d+(\.\d+){0,3})$/i.test(host)) return [];
    const [name = '', space = ''] = host.replace(INSIDE, '').split('.');
    const looksInside = INSIDE.test(host) || (host.split('.').length <= 2 && (match?.[2] !== undefined || s.value.includes('://') || NAMES_HOST.test(s.name)));
    const service = services.find(
      (one) => one.name === name && (space === '' ? sameSpace(one.namespace, w.resource.namespace) : one.namespace === space || one.namespace === ''),
    );
    if (service === undefined) {
      const near = nearestName(
        name,
        services.map((one) => one.name),
      );
      const elsewhere = services.find((one) => one.name === name);
      // A word in a variable is an address only if it is written as one, or nearly names a service.
      if (!looksInside || (near === undefined && !INSIDE.test(host) && match?.[2] === undefined && elsewhere === undefined)) return [];
      // In another namespace a workload of that name here is not the one that is asked for.
      const target = world.workloads.find((one) => one.resource.name === name && sameSpace(one.resource.namespace, space || w.resource.namespace));
      if (target !== undefined && target !== w)
        return [
          finding(
            target.resource,
            'missing-service',
            'proven',
            `${w.resource.entity} calls it as ${name}, and there is no service ${name}.`,
            `Create a service ${name} that selects it.`,
          ),
        ];
      // What several call and nobody has is more likely outside of what was listed than mistyped in each of them.
      const shared = world.workloads.some((one) => one !== w && settingsOf(world, one).some((other) => ADDRESS.exec(other.value.trim())?.[1] === host));
      // What only reports somewhere does its work without: few installations have every collector that programs know.
      const reports = near === undefined && elsewhere === undefined && isHurt(w) === false && REPORTS.test(s.name);
      const strength = elsewhere !== undefined ? 'proven' : shared || reports ? 'symptom' : near !== undefined ? 'proven' : 'declared';
      const way = elsewhere ? `${name} is in namespace ${elsewhere.namespace}` : near ? `${near} is` : 'no service of that name is there';
      return [
        finding(
          w.resource,
          'environment-address-unknown',
          strength,
          `${s.from} is "${hide(s.value)}": there is no service ${name}; ${way}.`,
          `Set it to ${elsewhere ? `${name}.${elsewhere.namespace}` : (near ?? 'the service that it needs')}.`,
        ),
      ];
    }
    const meant = meantBy(
      s.name,
      services.map((one) => one.name),
    );
    if (meant !== undefined && meant !== service.name && !flat(service.name).includes(stemOf(s.name)))
      return [
        finding(w.resource, 'environment-address-wrong', 'proven', `${s.from} leads to ${name}; by its name it is meant for ${meant}.`, `Set it to ${meant}.`),
      ];
    const open = list(service.spec, 'ports').map((p) => text(p['port']));
    if (written === '' || open.length === 0 || open.includes(written) || word(service.spec, 'clusterIP') === 'None') return [];
    const agreed = callersAt(world, service, written);
    if (agreed.length > 1)
      return agreed[0] !== w
        ? []
        : [
            finding(
              service,
              'service-port-mismatch',
              'proven',
              `${agreed.map((one) => one.resource.entity).join(', ')} ask it at ${written}, and nobody at ${open.join(', ')}, which it has.`,
              `Set its port to ${written}.`,
              { victims: agreed.map((one) => one.resource) },
            ),
          ];
    return [
      finding(
        w.resource,
        'environment-port-mismatch',
        'proven',
        `${s.from} leads to ${name}:${written}; the service has ${open.join(', ')}.`,
        `Set the port to ${open.join(' or ')}.`,
      ),
    ];
  });
}

/** All who name a service with a port, where they agree on this one: not each of them is wrong, but the service was changed. */
function callersAt(world: World, service: Resource, port: string): Workload[] {
  const asked = world.workloads.flatMap((w) => {
    const settings = settingsOf(world, w);
    return settings.flatMap((s) => {
      const match = ADDRESS.exec(s.value.trim());
      const [name, space = ''] = (match?.[1] ?? '').replace(INSIDE, '').split('.');
      const at = match?.[2] ?? sisterPort(settings, s.name);
      return name === service.name && sameSpace(space || w.resource.namespace, service.namespace) && /^\d{2,5}$/.test(at) ? [{ w, at }] : [];
    });
  });
  return asked.every((one) => one.at === port) ? [...new Set(asked.map((one) => one.w))] : [];
}

const flat = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const stemOf = (variable: string): string => flat(variable.replace(/_?(SERVICE|SVC)?_?(HOST|ADDR|ADDRESS|URL|URI|ENDPOINT|SERVER)$/i, ''));
/** PRODUCT_CATALOG_SERVICE_ADDR is meant for the service productcatalog; undefined where no single one has such a name. */
function meantBy(variable: string, known: readonly string[]): string | undefined {
  const stem = stemOf(variable);
  const shared = sharedPrefix(known);
  const bare = (name: string): string => flat(name.startsWith(shared) ? name.slice(shared.length) : name).replace(/service$|svc$/, '');
  const fit = stem.length < 3 ? [] : known.filter((name) => bare(name) === stem || flat(name).replace(/service$|svc$/, '') === stem);
  return fit.length === 1 ? fit[0] : undefined;
}

/** "ts-" where most names begin with it; such a prefix tells nothing of what is behind. */
function sharedPrefix(known: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of known) if (name.includes('-')) counts.set(`${name.split('-')[0]}-`, (counts.get(`${name.split('-')[0]}-`) ?? 0) + 1);
  return [...counts].find(([, n]) => n > known.length / 2)?.[0] ?? '';
}

/** DB_HOST has its port in DB_PORT. */
function sisterPort(settings: readonly Setting[], name: string): string {
  const stem = name.replace(NAMES_HOST, '');
  return stem === name ? '' : (settings.find((s) => s.name !== name && s.name.toUpperCase() === `${stem}PORT`.toUpperCase())?.value ?? '');
}

const hide = (value: string): string => value.replace(/:\/\/[^@/]*@/, '://***@');

const SECRETIVE = /(^|_)(USER(NAME)?|PASS(WORD)?|PWD|PASSWD)$/i;
const kindOfCredential = (name: string): 'user' | 'password' => (/USER(NAME)?$/i.test(name) ? 'user' : 'password');
const stemBefore = (name: string, end: RegExp): string => flat(name.replace(end, ''));

/** "postgres://app:word@store/main" sends a user and a password, as variables of the same stem would. */
function insideAddress(s: Setting): Setting[] {
  const [, user, password] = /^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\/([^:@/\s]*):([^@/\s]+)@/i.exec(s.value.trim()) ?? [];
  const stem = s.name.replace(/_?(URL|URI|DSN|ADDR|ADDRESS|ENDPOINT|CONNECTION(_?STRING)?)$/i, '');
  return password === undefined
    ? []
    : [
        { name: `${stem}_PASSWORD`, value: decodeURIComponent(password.replace(/%(?![0-9a-f]{2})/gi, '%25')), from: s.from },
        ...(user ? [{ name: `${stem}_USER`, value: user, from: s.from }] : []),
      ];
}

/** What a client sends against what the data store behind the address was started with. */
function credentials(world: World, w: Workload): Finding[] {
  const mine = settingsOf(world, w);
  const own = [...mine, ...mine.flatMap(insideAddress)].filter((s) => SECRETIVE.test(s.name) && !isWithheld(s.value));
  if (own.length === 0) return [];
  const addresses = mine.flatMap((s) =>
    calledBy(world, w, s).map((target) => ({
      stem: stemBefore(s.name, /_?(SERVICE|SVC)?_?(HOST|ADDR|ADDRESS|URL|URI|ENDPOINT|SERVER|DSN)(_?NAME)?$/i),
      target,
    })),
  );
  // A store is started with credentials and sends none: one that itself calls a store has them for that one.
  const stores = addresses.filter(({ target }) => settingsOf(world, target).every((s) => calledBy(world, target, s).length === 0));
  return own.flatMap((sent) => {
    const stem = stemBefore(sent.name, SECRETIVE);
    // DB_PASSWORD goes with DB_HOST; with one store and one password there is nothing to mix up.
    const meant = stores.filter((s) => s.stem !== '' && (s.stem === stem || s.stem.startsWith(stem) || stem.startsWith(s.stem)));
    const only = new Set(stores.map((s) => s.target)).size === 1 && own.filter((s) => kindOfCredential(s.name) === kindOfCredential(sent.name)).length === 1;
    const store = meant[0]?.target ?? (only ? stores[0]?.target : undefined);
    if (store === undefined) return [];
    const known = settingsOf(world, store).filter(
      (s) => SECRETIVE.test(s.name) && !isWithheld(s.value) && kindOfCredential(s.name) === kindOfCredential(sent.name),
    );
    if (known.length === 0 || known.some((k) => k.value === sent.value) || (kindOfCredential(sent.name) === 'user' && sent.value === 'root')) return [];
    return [
      finding(
        w.resource,
        'credentials-mismatch',
        isHurt(w) === false ? 'declared' : 'proven',
        `${sent.from} is not the ${kindOfCredential(sent.name)} that ${store.resource.entity} was started with (${known[0]?.from ?? ''}).`,
        `Give both the same ${kindOfCredential(sent.name)}, from one secret.`,
      ),
    ];
  });
}

const calledBy = (world: World, w: Workload, s: Setting): Workload[] => targetsOf(world, s.value, w.resource.namespace).filter((t) => t !== w);

/** The workloads that an address leads to: behind its service or, without one of that name, the one that carries it. */
function targetsOf(world: World, value: string, namespace: string): Workload[] {
  const host = hostOf(value);
  if (host === undefined) return [];
  const service = world.find('Service', host, namespace);
  if (service !== undefined) return world.selected(service.selector, service.namespace);
  return world.workloads.filter((w) => w.resource.name === host && sameSpace(w.resource.namespace, namespace));
}
const hostOf = (value: string): string | undefined => (value.length > 300 ? undefined : ADDRESS.exec(value.trim())?.[1]?.split('.')[0]);

/** Services that a workload's addresses name, whatever stands behind them. */
export function servicesNamed(world: World, w: Workload): Resource[] {
  const hosts = new Set(settingsOf(world, w).map((s) => hostOf(s.value)));
  return world.of('Service').filter((s) => hosts.has(s.name) && sameSpace(s.namespace, w.resource.namespace));
}

const CALLS = new WeakMap<World, [Workload, Workload][]>();
/** A workload's addresses are edges of the call graph. */
export function callsByEnvironment(world: World): [Workload, Workload][] {
  const known =
    CALLS.get(world) ??
    world.workloads.flatMap((w) =>
      [...new Set(settingsOf(world, w).flatMap((s) => targetsOf(world, s.value, w.resource.namespace)))]
        .filter((t) => t !== w)
        .map((t): [Workload, Workload] => [w, t]),
    );
  CALLS.set(world, known);
  return known;
}
