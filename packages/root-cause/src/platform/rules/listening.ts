// The port that a process is told to listen on, against the ports that its container declares and that services lead to. Pure.
import { argumentsOf } from '../arguments.ts';
import { containersOf, envOf, isHurt, portsOf } from '../containers.ts';
import { list, text } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Workload, World } from '../world.ts';

/** Names that mean the process's own port; REDIS_PORT means another's. */
const OWN_VARIABLE = /^((APP|SERVER|HTTP|LISTEN|SERVICE|WEB|API|GRPC)_?)?(LISTEN_?)?(PORT|ADDR)$|^ASPNETCORE_(URLS|HTTP_PORTS)$/;
const OWN_FLAG = /^(server\.)?(http[._-]?|listen[._-]?|bind[._-]?|grpc[._-]?)?(port|addr|address|listen|bind)$/i;

export const listeningRules = (world: World): Finding[] => world.workloads.flatMap((w) => elsewhere(world, w));

function elsewhere(world: World, w: Workload): Finding[] {
  const declared = portsOf(w).map((p) => text(p.port));
  const targets = world
    .of('Service', w.resource.namespace)
    .filter((s) => world.selected(s.selector, s.namespace).includes(w))
    .flatMap((s) => list(s.spec, 'ports').map((p) => text(p['targetPort']) || text(p['port'])));
  if (declared.length === 0) return [];
  return containersOf(w).flatMap((c) => {
    const variables = envOf(c)
      .filter((e) => OWN_VARIABLE.test(e.name))
      .map((e) => ({ name: `variable ${e.name}`, port: portIn(e.value) }));
    const flags = argumentsOf(c)
      .filter((a) => OWN_FLAG.test(a.name))
      .map((a) => ({ name: `argument ${a.name}`, port: portIn(a.value) }));
    // What is given on the command line overrules the environment.
    const told = [flags, variables].map((all) => all.filter((one) => one.port !== '')).find((all) => all.length > 0) ?? [];
    if (c.init || told.length === 0 || told.some((t) => declared.includes(t.port) || targets.includes(t.port))) return [];
    const refused = isHurt(w) === true || world.heard.some((h) => /refused/i.test(h.message));
    return [
      finding(
        w.resource,
        'listen-port-mismatch',
        refused ? 'proven' : 'declared',
        `${c.name} is told to listen on ${told[0]?.port ?? ''} (${told[0]?.name ?? ''}); it declares ${declared.join(', ')}, and that is where requests and probes go.`,
        `Let it listen on ${declared.join(' or ')}.`,
      ),
    ];
  });
}

/** "8080", ":8080", "0.0.0.0:8080" and "http://+:8080" mean one port; an address of another host is none of its own. */
const portIn = (value: string): string => /^(?:https?:\/\/)?(?:\+|\*|0\.0\.0\.0|\[::\]|localhost|127\.0\.0\.1)?:?(\d{2,5})\/?$/.exec(value.trim())?.[1] ?? '';
