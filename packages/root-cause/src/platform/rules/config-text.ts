// Addresses in the text of config maps, such as the routes of a proxy or the settings of a program, against the services there are. Pure.
import { isHurt } from '../containers.ts';
import { list, text } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { sameSpace, type World } from '../world.ts';

const URL_IN_TEXT = /\b[a-z][a-z0-9+]*:\/\/([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*)(?::(\d{2,5}))?/gi;

/** "server cart:8080;" in the text of a proxy, where no scheme stands before it. */
const HOST_PORT_IN_TEXT = /(?<=^|[\s"'=,;[(])([a-z][a-z0-9-]{2,}(?:\.[a-z0-9-]+)*):(\d{2,5})(?=$|[\s"',;\])/])/gim;
/** "host: cart" and "redis.port=6379" are settings; what is indented alike and of one stem goes together. */
const SETTING = /^(\s*)["']?([\w.-]*?)(host|hostname|server|addr|address|port)["']?\s*[:=]\s*["']?([\w.-]+)["']?,?\s*$/i;

type Address = { host: string; port: string | undefined; isUrl: boolean };

export const configTextRules = (world: World): Finding[] => {
  if (!world.lists('Service')) return [];
  return world.of('ConfigMap').flatMap((map) => {
    const services = world.of('Service').filter((s) => sameSpace(s.namespace, map.namespace));
    const user = world.workloads.find((w) => JSON.stringify(w.template).includes(`"${map.name}"`));
    // Without a scheme it is taken for an address only where somebody who reads it is hurt, or fails in its calls.
    const isRead = user !== undefined && (isHurt(user) === true || world.heard.some((h) => h.by === user && h.isCall));
    return Object.entries(map.data).flatMap(([key, value]) =>
      addressesIn(value).flatMap((address) => (address.isUrl || isRead ? judged(world, map, key, address, services) : [])),
    );
  });
};

const addressesIn = (value: string): Address[] => [
  ...[...value.matchAll(URL_IN_TEXT)].map(([, host = '', port]) => ({ host, port, isUrl: true })),
  // An address and nothing else is a variable: rules of the environment read it.
  ...[...value.matchAll(HOST_PORT_IN_TEXT)].flatMap(([whole, host = '', port]) => (whole === value.trim() ? [] : [{ host, port, isUrl: false }])),
  ...sisters(value),
];

/** A host and its port, each in a line of its own. */
function sisters(value: string): Address[] {
  const found: { block: string; stem: string; isPort: boolean; value: string }[] = [];
  let block = 0;
  let before = '';
  for (const line of linesOf(value)) {
    const match = SETTING.exec(line);
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    if (indent !== before) block += 1;
    before = indent;
    if (match !== null) found.push({ block: `${block}`, stem: match[2] ?? '', isPort: /^port$/i.test(match[3] ?? ''), value: match[4] ?? '' });
  }
  return found.flatMap((host) => {
    const port = host.isPort ? undefined : found.find((p) => p.isPort && p.block === host.block && p.stem === host.stem);
    return port !== undefined && /^\d{2,5}$/.test(port.value) && /^[a-z]/i.test(host.value) ? [{ host: host.value, port: port.value, isUrl: false }] : [];
  });
}
function linesOf(value: string): string[] {
  if (!value.trimStart().startsWith('{')) return value.split('\n');
  try {
    return JSON.stringify(JSON.parse(value), null, 2).split('\n');
  } catch {
    return value.split('\n');
  }
}

function judged(world: World, map: Resource, key: string, { host, port, isUrl }: Address, services: readonly Resource[]): Finding[] {
  const [name = '', ...rest] = host.split('.');
  const inside = rest.length === 0 || rest.includes('svc');
  const service = services.find((s) => s.name === name);
  if (service === undefined) {
    const isWorkload = world.workloads.some((w) => w.resource.name === host);
    const near =
      inside && (isUrl || !isWorkload)
        ? nearestName(
            name,
            services.map((s) => s.name),
          )
        : undefined;
    return near === undefined
      ? []
      : [finding(map, 'config-address-unknown', 'proven', `${key} leads to ${host}: there is no service ${name}; ${near} is.`, `Set it to ${near}.`)];
  }
  const open = list(service.spec, 'ports').map((p) => text(p['port']));
  if (!inside || port === undefined || open.length === 0 || open.includes(port)) return [];
  return [
    finding(
      map,
      'config-port-mismatch',
      'proven',
      `${key} leads to ${name}:${port}; the service has ${open.join(', ')}.`,
      `Set the port to ${open.join(' or ')}.`,
    ),
  ];
}
