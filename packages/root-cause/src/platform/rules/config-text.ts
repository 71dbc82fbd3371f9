// Addresses in the text of config maps, such as the routes of a proxy, against the services there are. Pure.
import { list, text } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import { sameSpace, type World } from '../world.ts';

const URL_IN_TEXT = /\b[a-z][a-z0-9+]*:\/\/([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*)(?::(\d{2,5}))?/gi;

export const configTextRules = (world: World): Finding[] => {
  if (!world.lists('Service')) return [];
  return world.of('ConfigMap').flatMap((map) => {
    const services = world.of('Service').filter((s) => sameSpace(s.namespace, map.namespace));
    return Object.entries(map.data).flatMap(([key, value]) =>
      [...value.matchAll(URL_IN_TEXT)].flatMap(([, host = '', port]) => {
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
      }),
    );
  });
};
