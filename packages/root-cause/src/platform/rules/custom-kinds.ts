// Kinds that others brought to the cluster: asked for in a version that is not served, or not there at all. Pure.
import { saidOf } from '../containers.ts';
import { list, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { World } from '../world.ts';

const NO_KIND =
  /no matches for kind "?(\w+)"? in (?:version|group) "?([\w.-]+)(?:\/(\w+))?"?|could not find the requested resource[^\n]{0,40}?([\w-]+)\.([\w.-]+)|no kind "?(\w+)"? is registered for version "?([\w.-]+)\/(\w+)"?/i;

export const customKindRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    const said = [...saidOf(w).map((s) => s.message), ...world.heard.filter((h) => h.by === w).map((h) => h.message), ...w.events.map((e) => e.message)];
    return said
      .flatMap((message) => {
        const match = NO_KIND.exec(message);
        if (match === null) return [];
        const kind = match[1] ?? match[6] ?? match[4] ?? '';
        const group = match[2] ?? match[7] ?? match[5] ?? '';
        const version = match[3] ?? match[8] ?? '';
        const brought = world
          .of('CustomResourceDefinition')
          .find((d) => (word(d.spec, 'names', 'kind') === kind || word(d.spec, 'names', 'plural') === kind) && word(d.spec, 'group') === group);
        const served = list(brought?.spec, 'versions')
          .filter((v) => v['served'] !== false)
          .map((v) => word(v, 'name'));
        if (brought !== undefined && (version === '' || served.includes(version))) return [];
        return brought === undefined
          ? [
              finding(
                w.resource,
                'missing-custom-resource-definition',
                'proven',
                `It asks for ${kind} of ${group}, which the cluster does not know: ${message}`,
                'Install the definition of that kind.',
              ),
            ]
          : [
              finding(
                brought,
                'custom-resource-version-missing',
                'proven',
                `It serves ${served.join(', ')}; ${w.resource.entity} asks for ${version}: ${message}`,
                `Serve ${version}, or let it ask for ${served[0] ?? 'another'}.`,
                {
                  victims: [w.resource],
                },
              ),
            ];
      })
      .slice(0, 1);
  });
