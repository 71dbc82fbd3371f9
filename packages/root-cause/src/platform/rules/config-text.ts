// Addresses in the text of config maps, such as the routes of a proxy, against the services there are. Pure.
import { isHurt } from '../containers.ts';
import { list, text } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import { sameSpace, type World } from '../world.ts';

const URL_IN_TEXT = /\b[a-z][a-z0-9+]*:\/\/([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*)(?::(\d{2,5}))?/gi;

/** "server cart:8080;" in the text of a proxy, where no scheme stands before it. */
const HOST_PORT_IN_TEXT = /(?<=^|[\s"'=,;[(])([a-z][a-z0-9-]{2,}(?:\.[a-z0-9-]+)*):(\d{2,5})(?=$|[\s"',;\])/])/gim;

export const configTextRules = (world: World): Finding[] => {
  if (!world.lists('Service')) return [];
  return world.of('ConfigMap').flatMap((map) => {
    const services = world.of('Service').filter((s) => sameSpace(s.namespace, map.namespace));
    const user = world.workloads.find((w) => JSON.stringify(w.template).includes(`"${map.name}"`));
    return Object.entries(map.data).flatMap(([key, value]) =>
      [...value.matchAll(URL_IN_TEXT), ...value.matchAll(HOST_PORT_IN_TEXT)].flatMap(([whole, host = '', port]) => {
        const isUrl = whole.includes('://');
        // A word before a number is an address only where somebody who reads it is hurt, and nearly names a service.
        if (!isUrl && (user === undefined || isHurt(user) !== true || world.workloads.some((w) => w.resource.name === host))) return [];
        const [name = '', ...rest] = host.split('.');
        const inside = rest.length === 0 || rest.includes('svc');
        const service = services.find((s) => s.name === name);
        if (service === undefined) {
          const near = inside
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
        if (!isUrl || !inside || port === undefined || open.length === 0 || open.includes(port)) return [];
        return [
          finding(
            map,
            'config-port-mismatch',
            'proven',
            `${key} leads to ${name}:${port}; the service has ${open.join(', ')}.`,
            `Set the port to ${open.join(' or ')}.`,
          ),
        ];
      }),
    );
  });
};
