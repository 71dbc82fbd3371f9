// Requests that the API refused to an account, against the bindings and roles that should have allowed them. Pure.
import { saidOf } from '../containers.ts';
import { items, list, text, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { sameSpace, type Workload, type World } from '../world.ts';

/** Kubernetes' own words for it; other rules leave such lines to this one. */
export const REFUSED_TO_ACCOUNT =
  /User "?system:serviceaccount:([\w-]+):([\w.-]+)"? cannot (\w+) (?:resource|path) "([\w./-]+)"(?:[^\n]{0,30}API group "([\w.-]*)")?/i;
type Request = { by: Workload; space: string; account: string; verb: string; resource: string; group: string; message: string };

export const accessRules = (world: World): Finding[] => {
  const seen = new Set<string>();
  return world.workloads.flatMap((w) => {
    const said = [...saidOf(w).map((s) => s.message), ...world.heard.filter((h) => h.by === w).map((h) => h.message)];
    return said.flatMap((message) => {
      const [, space = '', account = '', verb = '', resource = '', group = ''] = REFUSED_TO_ACCOUNT.exec(message) ?? [];
      if (account === '' || seen.has(`${space} ${account} ${verb} ${resource}`)) return [];
      seen.add(`${space} ${account} ${verb} ${resource}`);
      return [refusal(world, { by: w, space, account, verb, resource, group, message })];
    });
  });
};

const bindingsOf = (world: World): Resource[] => [...world.of('RoleBinding'), ...world.of('ClusterRoleBinding')];
const sourceOf = (r: Resource, key: string): unknown => (r.raw[key] === undefined ? r.spec : r.raw);
const binds = (b: Resource, r: Request): boolean =>
  list(sourceOf(b, 'subjects'), 'subjects').some(
    (s) => word(s, 'kind') === 'ServiceAccount' && word(s, 'name') === r.account && (word(s, 'namespace') || b.namespace || r.space) === r.space,
  );
const allows = (role: Resource, r: Request): boolean =>
  list(sourceOf(role, 'rules'), 'rules').some(
    (rule) =>
      [r.verb, '*'].some((v) => items(rule['verbs']).map(text).includes(v)) && [r.resource, '*'].some((v) => items(rule['resources']).map(text).includes(v)),
  );

function refusal(world: World, r: Request): Finding {
  const make = (on: Resource, cause: string, says: string, repair: string): Finding =>
    finding(on, cause, 'proven', `${says} ${r.message}`, repair, {
      victims: [r.by.resource],
      nextCheck: `kubectl auth can-i ${r.verb} ${r.resource} --as=system:serviceaccount:${r.space}:${r.account}`,
    });
  const roleOf = (b: Resource): { name: string; role: Resource | undefined; listed: boolean } => {
    const [kind, name] = [word(sourceOf(b, 'roleRef'), 'roleRef', 'kind') || 'Role', word(sourceOf(b, 'roleRef'), 'roleRef', 'name')];
    return { name, role: world.find(kind, name, b.namespace), listed: world.lists(kind) };
  };
  const own = bindingsOf(world).filter((b) => binds(b, r));
  const lost = own.find((b) => roleOf(b).role === undefined && roleOf(b).listed);
  if (lost !== undefined) return make(lost, 'missing-role', `It binds ${roleOf(lost).name}, which is not there.`, 'Create the role, or bind one that exists.');
  const role = own.map((b) => roleOf(b).role).find((one) => one !== undefined);
  if (role !== undefined && !allows(role, r))
    return make(role, 'role-lacks-permission', `It does not let ${r.account} ${r.verb} ${r.resource}.`, `Add ${r.verb} on ${r.resource} to it.`);
  // A role that would allow it, bound to somebody else of the same namespace.
  const other = bindingsOf(world)
    .filter((b) => sameSpace(b.namespace, r.space) && !b.name.startsWith('system:'))
    .find((b) => {
      const bound = roleOf(b).role;
      return bound !== undefined && !bound.name.startsWith('system:') && bound.name !== 'cluster-admin' && allows(bound, r);
    });
  if (other !== undefined)
    return make(other, 'role-not-bound', `It binds a role that allows it, and not to account ${r.account}.`, `Add account ${r.account} to its subjects.`);
  return make(r.by.resource, 'rbac-forbidden', `Nothing lets its account ${r.account} ${r.verb} ${r.resource}.`, 'Grant the role to its service account.');
}
