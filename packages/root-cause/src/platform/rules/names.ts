// How names become addresses: name servers of pods, aliases of hosts, the cluster's own name server, names that logs could not resolve. Pure.
import { isHurt } from '../containers.ts';
import { dig, items, list, text, word } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import { sameSpace, type Workload, type World } from '../world.ts';
import { servicesNamed, settingsOf } from './environment.ts';

export const nameRules = (world: World): Finding[] => [
  ...world.workloads.flatMap((w) => [...resolvers(world, w), ...aliases(world, w)]),
  ...corefile(world),
  ...unresolved(world),
];

const failing = (world: World, w: Workload): boolean =>
  isHurt(w) === true || world.heard.some((h) => h.by === w && (h.isCall || h.cause === 'dns-resolution-failure'));

/** A pod that asks other name servers does not find the services that it calls. */
function resolvers(world: World, w: Workload): Finding[] {
  const policy = word(w.template, 'dnsPolicy');
  const servers = items(dig(w.template, 'dnsConfig', 'nameservers')).map(text);
  const outside = policy === 'Default' || (policy === 'None' && servers.length > 0);
  const onHost = w.template['hostNetwork'] === true && policy === 'ClusterFirst';
  if (!outside && !onHost) return [];
  const cluster = new Set(
    world
      .of('Service')
      .filter((s) => /dns/i.test(s.name))
      .map((s) => word(s.spec, 'clusterIP')),
  );
  const calls = servicesNamed(world, w).filter((s) => s.name !== w.resource.name);
  if (policy === 'None' && servers.some((s) => cluster.has(s) || /^(10|172|169\.254|100|192\.168)\./.test(s))) {
    const completed = items(dig(w.template, 'dnsConfig', 'searches')).some((one) => text(one).includes('svc.'));
    const short = settingsOf(world, w).find((s) => calls.some((one) => new RegExp(`(^|[/@])${one.name}(:|/|$)`).test(s.value)));
    return completed || (short === undefined && !world.heard.some((h) => h.by === w && h.unresolved !== null && !h.unresolved.includes('.')))
      ? []
      : [
          finding(
            w.resource,
            'pod-dns-policy',
            failing(world, w) ? 'proven' : 'declared',
            `Its dnsPolicy is None without searches: short names such as ${calls[0]?.name ?? ''} are not completed.`,
            'Set dnsPolicy to ClusterFirst, or name the searches of the cluster.',
          ),
        ];
  }
  if (calls.length === 0 && !failing(world, w)) return [];
  if (w.resource.namespace === 'kube-system') return [];
  return [
    finding(
      w.resource,
      'pod-dns-policy',
      failing(world, w) ? 'proven' : 'declared',
      `Its dnsPolicy is ${policy}${servers.length > 0 ? ` with ${servers.join(', ')}` : ''}${onHost ? ' on the network of the host' : ''}: it cannot resolve ${calls[0]?.name ?? 'names of the cluster'}.`,
      'Set dnsPolicy to ClusterFirst (ClusterFirstWithHostNet on the host network).',
    ),
  ];
}

/** An alias takes the place of the name server, and does not follow the service. */
const aliases = (world: World, w: Workload): Finding[] =>
  list(w.template, 'hostAliases').flatMap((alias) => {
    const ip = word(alias, 'ip');
    return items(alias['hostnames']).flatMap((host) => {
      const [name = '', space = ''] = text(host).split('.');
      const service = world
        .of('Service')
        .find((s) => s.name === name && (space === '' ? sameSpace(s.namespace, w.resource.namespace) : s.namespace === space || s.namespace === ''));
      return service === undefined || word(service.spec, 'clusterIP') === ip
        ? []
        : [
            finding(
              w.resource,
              'host-alias',
              'proven',
              `It takes ${text(host)} for ${ip}; the service has ${word(service.spec, 'clusterIP') || 'another address'}.`,
              'Remove the alias.',
            ),
          ];
    });
  });

/** Rules of the cluster's name server that speak of services, or that no longer serve the cluster. */
const corefile = (world: World): Finding[] =>
  world
    .of('ConfigMap')
    .filter((m) => m.namespace === 'kube-system' || /dns/i.test(m.name))
    .flatMap((m) => {
      const said = m.data['Corefile'] ?? '';
      if (said === '') return [];
      const make = (says: string) => [finding(m, 'cluster-dns-configuration', 'proven', says, 'Restore the configuration of the name server and restart it.')];
      if (!/^\s*kubernetes\s/m.test(said)) return make('The name server no longer answers for the cluster: its kubernetes block is missing.');
      const zones = /^\s*kubernetes\s+([^\n{]+)/m.exec(said)?.[1]?.trim().split(/\s+/) ?? [];
      const asked = [...world.heard.map((h) => h.unresolved ?? ''), ...world.workloads.flatMap((w) => settingsOf(world, w).map((s) => s.value))]
        .map((one) => /\.svc\.([a-z][a-z0-9.-]*[a-z])/.exec(one)?.[1])
        .find((domain) => domain !== undefined && !zones.includes(domain));
      // Without a word of who asks, the domain that kubelet gives to pods is the one of the default.
      const lost = asked ?? (zones.includes('cluster.local') || !world.heard.some((h) => h.unresolved !== null) ? undefined : 'cluster.local');
      if (zones.length > 0 && lost !== undefined) return make(`It answers for ${zones[0] ?? ''}; names of services are asked for in ${lost}.`);
      const special = [...said.matchAll(/^\s*(template|rewrite|hosts|erratic|acl|forward)\b([^\n{]*)/gm)].map((x) => `${x[1]}${x[2]}`);
      const hit = world
        .of('Service')
        .find(
          (s) => s.name.length > 2 && special.some((line) => new RegExp(`(^|[^\\w-])${s.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}([^\\w-]|$)`).test(line)),
        );
      const hosts = /^\s*hosts\s*\{([^}]*)\}/m.exec(said)?.[1] ?? '';
      const inHosts = world.of('Service').find((s) => s.name.length > 2 && hosts.includes(`${s.name}.`));
      if (hit !== undefined || inHosts !== undefined)
        return make(`It answers for ${(hit ?? inHosts)?.name ?? ''} by a rule of its own: ${special.join('; ').slice(0, 160)}.`);
      if (/\b(NXDOMAIN|SERVFAIL|REFUSED)\b/i.test(said) || /^\s*erratic/m.test(said))
        return make(`It refuses names by a rule of its own: ${special.join('; ').slice(0, 160)}.`);
      return [];
    });

/** Names that a process asked for in vain, against the services there are. */
const unresolved = (world: World): Finding[] =>
  !world.lists('Service')
    ? []
    : world.heard.flatMap((h) => {
        const parts = (h.unresolved ?? '').split('.');
        // A pod of a set is asked for as pod.service.
        const [name = '', space = ''] = /-\d+$/.test(parts[0] ?? '') && parts.length > 1 ? parts.slice(1) : parts;
        if (world.of('Service').some((s) => word(s.spec, 'externalName') === h.unresolved)) return [];
        const told =
          h.unresolved === null || h.unresolved.includes('.svc')
            ? undefined
            : settingsOf(world, h.by).find((s) => s.value.includes(`/${h.unresolved ?? ''}`) || s.value.startsWith(h.unresolved ?? ''));
        if (told !== undefined && (h.unresolved ?? '').includes('.') && !world.of('Service').some((s) => s.name === name))
          return [
            finding(
              h.by.resource,
              'environment-address-unknown',
              'seen',
              `${told.from} leads to ${h.unresolved ?? ''}, which nobody can resolve: ${h.message}`,
              'Set it to an address that exists.',
              {
                where: `logs.jsonl: ${h.by.resource.entity}`,
              },
            ),
          ];
        if (name.length < 3 || (space !== '' && !(h.unresolved ?? '').includes('.svc') && !world.of('Namespace').some((n) => n.name === space))) return [];
        const own = h.by.resource.namespace;
        const known = world.of('Service').filter((s) => (space === '' || space === 'svc' ? sameSpace(s.namespace, own) : sameSpace(s.namespace, space)));
        if (known.some((s) => s.name === name)) return [];
        const where = `logs.jsonl: ${h.by.resource.entity}`;
        const target = world.workloads.find(
          (w) =>
            (w.resource.name === name || word(w.resource.spec, 'serviceName') === name) &&
            sameSpace(w.resource.namespace, space === '' || space === 'svc' ? own : space),
        );
        if (target !== undefined)
          return [
            finding(
              target.resource,
              'missing-service',
              'proven',
              `${h.by.resource.entity} asks for ${name}, and there is no service ${name}: ${h.message}`,
              `Create a service ${name} that selects it.`,
              { where },
            ),
          ];
        const near = nearestName(
          name,
          known.map((s) => s.name),
        );
        return [
          finding(
            h.by.resource,
            'environment-address-unknown',
            'seen',
            `It asks for ${name}, and there is no such service${near ? `; ${near} is` : ''}: ${h.message}`,
            `Set the address to ${near ?? 'the service that it needs'}.`,
            { where },
          ),
        ];
      });
