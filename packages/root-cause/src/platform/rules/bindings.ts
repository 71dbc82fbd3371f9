// Bindings of roles that name a role or an account that is not there, or the account of another namespace. Pure.
import { isHurt } from '../containers.ts';
import { list, word } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { sameSpace, type Workload, type World } from '../world.ts';

const accountOf = (w: Workload): string => word(w.template, 'serviceAccountName') || word(w.template, 'serviceAccount') || 'default';
/** Who has its rights by this binding; the default account tells nothing. */
const runAs = (world: World, b: Resource, source: unknown): Resource[] =>
  list(source, 'subjects').flatMap((s) =>
    world.workloads
      .filter((w) => accountOf(w) !== 'default' && accountOf(w) === word(s, 'name') && w.resource.namespace === (word(s, 'namespace') || b.namespace))
      .map((w) => w.resource),
  );

/** An account of another namespace that is nobody's, where one of that name here is somebody's who is hurt and has no binding of its own. */
function isStranger(world: World, b: Resource, subject: unknown): boolean {
  const [name, space] = [word(subject, 'name'), word(subject, 'namespace')];
  if (word(subject, 'kind') !== 'ServiceAccount' || name === 'default' || space === '' || b.namespace === '' || space === b.namespace) return false;
  const uses = (namespace: string): Workload[] => world.workloads.filter((w) => w.resource.namespace === namespace && accountOf(w) === name);
  const isBound = [...world.of('RoleBinding'), ...world.of('ClusterRoleBinding')].some((o) =>
    list(o.raw['subjects'] === undefined ? o.spec : o.raw, 'subjects').some(
      (s) => word(s, 'name') === name && (word(s, 'namespace') || o.namespace) === b.namespace,
    ),
  );
  return !isBound && uses(space).length === 0 && uses(b.namespace).some((w) => isHurt(w) === true);
}

export const bindingRules = (world: World): Finding[] =>
  (['RoleBinding', 'ClusterRoleBinding'] as const).flatMap((kind) =>
    world.of(kind).flatMap((b) => {
      const source = b.raw['roleRef'] === undefined ? b.spec : b.raw;
      const role = word(source, 'roleRef', 'name');
      const roleKind = word(source, 'roleRef', 'kind') || 'Role';
      if (
        role !== '' &&
        world.lists(roleKind) &&
        world.find(roleKind, role, b.namespace) === undefined &&
        !/^system:|^cluster-admin$|^(admin|edit|view)$/.test(role)
      )
        return [
          finding(b, 'missing-role', 'declared', `It binds ${roleKind} ${role}, which is not there.`, 'Create the role, or bind one that exists.', {
            victims: runAs(world, b, source),
          }),
        ];
      const stranger = list(source, 'subjects').find((s) => isStranger(world, b, s));
      if (stranger !== undefined)
        return [
          finding(
            b,
            'role-not-bound',
            'declared',
            `It binds account ${word(stranger, 'name')} of ${word(stranger, 'namespace')}, which nobody there runs as; the one of ${b.namespace} has no binding.`,
            `Bind the account of ${b.namespace}.`,
            { victims: world.workloads.filter((w) => accountOf(w) === word(stranger, 'name') && w.resource.namespace === b.namespace).map((w) => w.resource) },
          ),
        ];
      const lost = list(source, 'subjects').find((s) => {
        const space = word(s, 'namespace') || b.namespace;
        return (
          word(s, 'kind') === 'ServiceAccount' &&
          world.lists('ServiceAccount', space) &&
          !world.of('ServiceAccount', space).some((a) => a.name === word(s, 'name') && sameSpace(a.namespace, space))
        );
      });
      const near =
        lost === undefined
          ? undefined
          : nearestName(
              word(lost, 'name'),
              world.of('ServiceAccount', word(lost, 'namespace') || b.namespace).map((a) => a.name),
            );
      return lost === undefined || b.name.startsWith('system:')
        ? []
        : [
            finding(
              b,
              'missing-service-account',
              // An account that somebody runs as would be missed elsewhere as well.
              near === undefined ? 'noted' : 'declared',
              `It binds service account ${word(lost, 'name')}, which is not there.`,
              'Create the account, or bind one that exists.',
            ),
          ];
    }),
  );
