// Variables that are made of others, and those that the platform adds on its own. Pure.
import { containersOf, isHurt, saidOf } from '../containers.ts';
import { list, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Workload, World } from '../world.ts';

export const variableRules = (world: World): Finding[] => world.workloads.flatMap((w) => [...unresolved(world, w), ...linked(world, w)]);

/** "$(HOST)" stands for a variable that is set before it in the same container; otherwise it is passed on as it is written. */
function unresolved(world: World, w: Workload): Finding[] {
  return containersOf(w).flatMap((c) => {
    const env = list(c.spec, 'env');
    // Whole config maps and secrets may hold any name, unless their keys are known.
    const whole = list(c.spec, 'envFrom').map((from) =>
      world.find(
        from['configMapRef'] === undefined ? 'Secret' : 'ConfigMap',
        word(from, 'configMapRef', 'name') || word(from, 'secretRef', 'name'),
        w.resource.namespace,
      ),
    );
    if (whole.some((one) => one === undefined || Object.keys(one.data).length === 0)) return [];
    const held = whole.flatMap((one) => Object.keys(one?.data ?? {}));
    return env.flatMap((e, i) => {
      const before = new Set([...held, ...env.slice(0, i).map((one) => word(one, 'name'))]);
      const lost = [...word(e, 'value').matchAll(/(?<!\$)\$\(([A-Za-z_]\w*)\)/g)]
        .map((m) => m[1] ?? '')
        .find((name) => !before.has(name) && !/_SERVICE_|_PORT(_|$)/.test(name));
      if (lost === undefined) return [];
      const later = env.some((one) => word(one, 'name') === lost);
      return [
        finding(
          w.resource,
          'environment-variable-unresolved',
          isHurt(w) === true ? 'proven' : isHurt(w) === false ? 'noted' : 'declared',
          `${c.name}: variable ${word(e, 'name')} is made of $(${lost}), which ${later ? 'is set after it' : 'nobody sets'}.`,
          later ? `Set ${lost} before it.` : `Set ${lost}.`,
        ),
      ];
    });
  });
}

/** For each service the platform sets NAME_PORT to "tcp://address:port": a program that expects its own setting there cannot read it. */
function linked(world: World, w: Workload): Finding[] {
  if (w.template['enableServiceLinks'] === false) return [];
  const said = [...saidOf(w).map((s) => s.message), ...world.heard.filter((h) => h.by === w).map((h) => h.message)];
  return said
    .flatMap((message) => {
      const ip = /(?:tcp|udp):\/\/(\d+(?:\.\d+){3}):\d+/.exec(message)?.[1];
      const service = ip === undefined ? undefined : world.of('Service').find((s) => word(s.spec, 'clusterIP') === ip);
      return service === undefined
        ? []
        : [
            finding(
              w.resource,
              'service-link-variable',
              'proven',
              `It reads a variable that the platform made of service ${service.name}: ${message}`,
              'Set the variable, or set enableServiceLinks to false.',
            ),
          ];
    })
    .slice(0, 1);
}
