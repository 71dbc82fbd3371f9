// Files that a container gets from config maps against what it says of them. Pure.
import { containersOf, isHurt, statesOf } from '../containers.ts';
import { list, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import type { Workload, World } from '../world.ts';

type MountedFile = { map: Resource; key: string; path: string };
const UNREADABLE =
  /pars(e|ing)|syntax|unmarshal|unexpected|invalid|malformed|unknown (directive|key|field|option|setting)|decod|mapping values|duplicate|not (a )?valid|illegal/i;

export const configFileRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    if (isHurt(w) !== true) return [];
    const said = [...statesOf(w).map((s) => s.message), ...world.heard.filter((h) => h.by === w).map((h) => h.message)].filter((m) => UNREADABLE.test(m));
    return filesOf(world, w).flatMap(({ map, key, path }) => {
      const complaint = said.find((m) => m.includes(path));
      const isBroken = key.endsWith('.json') && !isJson(map.data[key] ?? '{}');
      if (complaint === undefined && !isBroken) return [];
      return [
        finding(
          map,
          'configuration',
          complaint === undefined ? 'declared' : 'proven',
          `${w.resource.entity} reads its ${key}${isBroken ? ', which is no JSON' : ''}.${complaint === undefined ? '' : ` It says "${complaint}".`}`,
          `Correct ${key} and restart ${w.resource.name}.`,
          { victims: [w.resource] },
        ),
      ];
    });
  });

/** Whole values that were withheld or cut are not judged. */
function isJson(value: string): boolean {
  if (value.trim() === '') return true;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

function filesOf(world: World, w: Workload): MountedFile[] {
  return list(w.template, 'volumes').flatMap((volume) =>
    [volume, ...list(volume, 'projected', 'sources')].flatMap((source) => {
      const map = world.find('ConfigMap', word(source, 'configMap', 'name'), w.resource.namespace);
      if (map === undefined) return [];
      const chosen = list(source, 'configMap', 'items').map((i) => ({ key: word(i, 'key'), file: word(i, 'path') }));
      const files = chosen.length > 0 ? chosen : Object.keys(map.data).map((key) => ({ key, file: key }));
      const mounts = containersOf(w).flatMap((c) => list(c.spec, 'volumeMounts').filter((m) => word(m, 'name') === word(volume, 'name')));
      return mounts.flatMap((m) => {
        const [at, sub] = [word(m, 'mountPath').replace(/\/$/, ''), word(m, 'subPath')];
        return files.flatMap(({ key, file }) => (sub === '' ? [{ map, key, path: `${at}/${file}` }] : sub === file ? [{ map, key, path: at }] : []));
      });
    }),
  );
}
