// What the last words of a container name, against its template: arguments, variables, the path of its program. Pure.
import { containersOf, isHurt, statesOf, type Container } from '../containers.ts';
import { dig, items, list, text, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Workload, World } from '../world.ts';

export const templateWordRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => {
    if (isHurt(w) !== true) return [];
    const said = [...statesOf(w).map((s) => s.message), ...world.heard.filter((h) => h.by === w).map((h) => h.message)].filter((m) => m !== '');
    return [...argument(w, said), ...variable(world, w, said), ...hidden(world, w, said)];
  });

const REFUSES =
  /(unknown|unrecogni[sz]ed|undefined|not defined|invalid|unexpected|no such|illegal)[^\n]{0,40}\b(flag|option|argument|parameter)|flag provided but not defined/i;

/** "flag provided but not defined: -prot", and the template has it. */
function argument(w: Workload, said: readonly string[]): Finding[] {
  for (const c of containersOf(w))
    for (const one of [...items(c.spec['command']), ...items(c.spec['args'])].map(text)) {
      const name = /^--?([a-z][\w.-]*)/i.exec(one)?.[1];
      const hit = name === undefined ? undefined : said.find((m) => REFUSES.test(m) && new RegExp(`-${name.replaceAll('.', '\\.')}(?![\\w-])`).test(m));
      if (hit !== undefined)
        return [finding(w.resource, 'configuration', 'proven', `${c.name} is given ${one}, which it does not know: ${hit}`, `Correct or remove ${one}.`)];
    }
  return [];
}

const LACKS = /not set|not defined|missing|required|is empty|undefined|must be (set|provided|specified)|not found|KeyError/i;

/** "environment variable DB_HOST not set", and nobody sets it. */
function variable(world: World, w: Workload, said: readonly string[]): Finding[] {
  const hit = said
    .filter((m) => LACKS.test(m) && /env|variable|setting|config|KeyError/i.test(m))
    .map((m) => ({ m, name: /(?<![\w-])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|(?<=["'`])[A-Z]{3,}(?=["'`]))(?![\w-])/.exec(m)?.[1] }))
    .find((one) => one.name !== undefined);
  if (hit?.name === undefined) return [];
  const sources = containersOf(w).flatMap((c) => list(c.spec, 'envFrom').map((e) => sourceOf(world, w, e)));
  const isSet = containersOf(w).some((c) => list(c.spec, 'env').some((e) => word(e, 'name') === hit.name));
  const isHeld = sources.some((s) => s.keys === null || s.keys.includes(hit.name ?? ''));
  // A source that may be absent, and is: the platform says nothing of it.
  const absent = sources.find((s) => s.isAbsent);
  if (absent !== undefined && !isSet)
    return [
      finding(
        w.resource,
        absent.kind === 'ConfigMap' ? 'missing-config-map' : 'missing-secret',
        'proven',
        `It takes its variables from ${absent.kind} ${absent.name}, which may be absent and is: ${hit.m}`,
        `Create ${absent.kind} ${absent.name}.`,
      ),
    ];
  return isSet || isHeld
    ? []
    : [finding(w.resource, 'missing-environment-variable', 'proven', `Nothing in its template sets ${hit.name}: ${hit.m}`, `Set ${hit.name}.`)];
}

/** `keys` is null where they are not known. */
function sourceOf(
  world: World,
  w: Workload,
  from: Record<string, unknown>,
): { kind: 'ConfigMap' | 'Secret'; name: string; keys: string[] | null; isAbsent: boolean } {
  const kind = from['configMapRef'] === undefined ? 'Secret' : 'ConfigMap';
  const ref = dig(from, kind === 'ConfigMap' ? 'configMapRef' : 'secretRef');
  const name = word(ref, 'name');
  const found = world.find(kind, name, w.resource.namespace);
  const isAbsent = found === undefined && dig(ref, 'optional') === true && world.lists(kind, w.resource.namespace);
  const keys = Object.keys(found?.data ?? {}).map((key) => word(from, 'prefix') + key);
  return { kind, name, keys: isAbsent ? [] : keys.length > 0 ? keys : null, isAbsent };
}

/** The program that was not found lies where a volume without it is mounted: the volume hides what the image has there. */
function hidden(world: World, w: Workload, said: readonly string[]): Finding[] {
  for (const c of containersOf(w)) {
    const paths = [...items(c.spec['command']), ...items(c.spec['args'])].map(text).filter((one) => /^\/[\w./-]+$/.test(one));
    for (const path of paths) {
      const hit = said.find((m) => m.includes(path) && /no such file|not found|cannot find/i.test(m));
      const mount = hit === undefined ? undefined : list(c.spec, 'volumeMounts').find((m) => path.startsWith(`${word(m, 'mountPath').replace(/\/$/, '')}/`));
      if (mount !== undefined && hit !== undefined && !isFilled(world, w, c, word(mount, 'name'), path))
        return [
          finding(
            w.resource,
            'volume-mount-path',
            'proven',
            `Volume ${word(mount, 'name')} is mounted at ${word(mount, 'mountPath')} and hides what the image of ${c.name} has there: ${hit}`,
            'Mount it elsewhere.',
          ),
        ];
    }
  }
  return [];
}

/** Somebody puts files into it: a config map of that name, or a container before. */
function isFilled(world: World, w: Workload, c: Container, volume: string, path: string): boolean {
  const source = list(w.template, 'volumes').find((v) => word(v, 'name') === volume);
  const map = world.find('ConfigMap', word(source, 'configMap', 'name'), w.resource.namespace);
  const file = path.split('/').at(-1) ?? '';
  if (source?.['configMap'] !== undefined) return map === undefined || file in map.data;
  return containersOf(w).some((other) => other.init && other !== c && list(other.spec, 'volumeMounts').some((m) => word(m, 'name') === volume));
}
