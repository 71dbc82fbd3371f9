// What the platform refuses to make: quotas, limit ranges, policies, permissions. Pure.
import { saidOf } from '../containers.ts';
import { fields, list, quantityOf, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { sameSpace, type World } from '../world.ts';
import { REFUSED_TO_ACCOUNT } from './rbac.ts';

const QUOTAS: readonly (readonly [RegExp, string])[] = [
  [/^(requests\.|limits\.)?cpu$/, 'cpu-quota-exceeded'],
  [/^(requests\.|limits\.)?memory$/, 'memory-quota-exceeded'],
  [/^(count\/)?pods$/, 'pod-quota-exceeded'],
  [/services/, 'service-quota-exceeded'],
  [/storage|persistentvolumeclaims/, 'storage-quota-exceeded'],
];
const quotaSlug = (what: string): string => QUOTAS.find(([pattern]) => pattern.test(what))?.[1] ?? 'object-quota-exceeded';
const MORE = 'Raise the quota, or ask for less.';

export const quotaRules = (world: World): Finding[] => {
  const refused = world.all.flatMap((r) =>
    saidOfAny(world, r)
      .filter((s) => /exceeded quota/i.test(s.message))
      .map((s) => ({ r, s })),
  );
  const spoken = refused.map(({ r, s }) => {
    const name = /exceeded quota:\s*([^,\s]+)/i.exec(s.message)?.[1] ?? '';
    const requested = /requested:\s*([\w./-]+)=/.exec(s.message)?.[1] ?? '';
    const over = requestedOver(s.message) ?? requested;
    // A quota that nobody listed has a name all the same.
    const quota = world.find('ResourceQuota', name, r.namespace) ?? (name === '' ? undefined : world.unlisted('ResourceQuota', name, r.namespace));
    return finding(quota ?? world.find('Namespace', r.namespace, '') ?? r, quotaSlug(over), 'proven', `${r.entity} is refused: ${s.message}`, MORE, {
      where: s.where,
    });
  });
  if (spoken.length > 0) return spoken.filter((f, i) => spoken.findIndex((g) => g.on === f.on && g.cause === f.cause) === i);
  return world.of('ResourceQuota').flatMap((q) => {
    const hard = { ...fields(q.spec['hard']), ...fields(q.status['hard']) };
    const used = fields(q.status['used']);
    const lacking = world.workloads.some((w) => sameSpace(w.resource.namespace, q.namespace) && (Number(w.resource.spec['replicas']) || 0) > w.pods.length);
    return Object.entries(hard).flatMap(([what, most]) => {
      const [limit, now] = [quantityOf(most), quantityOf(used[what])];
      return limit === null || now === null || now < limit
        ? []
        : [
            finding(
              q,
              quotaSlug(what),
              lacking ? 'proven' : world.lists('Pod', q.namespace) ? 'noted' : 'declared',
              `${what}: ${word(used, what)} of ${word(hard, what)} are in use.`,
              MORE,
            ),
          ];
    });
  });
};

/** "requested: cpu=2,memory=1Gi, used: ..., limited: ...": the one that goes over. */
function requestedOver(message: string): string | undefined {
  const map = (name: string): Record<string, string> => {
    const part = new RegExp(`${name}:\\s*([^ ]+)`).exec(message)?.[1] ?? '';
    return Object.fromEntries(
      part
        .split(',')
        .filter((x) => x.includes('='))
        .map((x) => [x.slice(0, x.indexOf('=')), x.slice(x.indexOf('=') + 1)]),
    );
  };
  const [asked, used, limit] = [map('requested'), map('used'), map('limited')];
  return Object.keys(asked).find((key) => (quantityOf(asked[key]) ?? 0) + (quantityOf(used[key]) ?? 0) > (quantityOf(limit[key]) ?? Number.POSITIVE_INFINITY));
}

const saidOfAny = (world: World, r: Resource): { message: string; reason: string; where: string }[] => {
  const w = world.workloads.find((one) => one.resource === r);
  if (w !== undefined) return saidOf(w);
  return r.kind === 'Pod' || r.kind === 'ReplicaSet' ? [] : r.events.map((e) => ({ ...e, where: `${r.entity} event ${e.reason}` }));
};

const REFUSED: readonly (readonly [RegExp, string, string])[] = [
  [/(maximum|minimum) \w+ usage per \w+|LimitRange|limit to request ratio/i, 'limit-range-violated', 'Fit the requests and limits to the limit range.'],
  [/must specify (limits|requests)/i, 'quota-needs-limits', 'Give the containers requests and limits, or the namespace a default.'],
  [/must be less than or equal to (cpu|memory) limit/i, 'request-over-limit', 'Ask for no more than the limit.'],
  [/ValidatingAdmissionPolicy|MutatingAdmissionPolicy/, 'admission-policy-denies', 'Fit the object to the policy.'],
  [/priorityClass is not permitted/i, 'priority-class-forbidden', 'Name a priority class that the namespace may use.'],
  [/admission webhook .*denied|failed calling webhook/i, 'admission-webhook', 'Fit the object to the policy, or repair the webhook.'],
  [/violates PodSecurity/i, 'pod-security-violation', 'Fit the security context to the policy of the namespace.'],
  [/namespaces? "?\S+"? not found/i, 'missing-namespace', 'Create the namespace, or name one that exists.'],
  [/(selector|field) .*immutable|is invalid: spec\.selector/i, 'immutable-field', 'Make the object anew.'],
];

/** A webhook that must answer, of a service that is not there, refuses everything. */
export const webhookRules = (world: World): Finding[] =>
  hooksOf(world).flatMap((c) =>
    list(c.raw['webhooks'] === undefined ? c.spec : c.raw, 'webhooks').flatMap((w) => {
      const [name, space] = [word(w, 'clientConfig', 'service', 'name'), word(w, 'clientConfig', 'service', 'namespace')];
      return name === '' || word(w, 'failurePolicy') === 'Ignore' || world.of('Service', space).length === 0 || world.find('Service', name, space) !== undefined
        ? []
        : [
            finding(
              c,
              'admission-webhook',
              'declared',
              `${word(w, 'name')} is asked at service ${name}, which is not there.`,
              'Repair the webhook, or remove it.',
            ),
          ];
    }),
  );

export const admissionRules = (world: World): Finding[] =>
  world.all.flatMap((r) =>
    saidOfAny(world, r).flatMap((s) => {
      if (/exceeded quota/i.test(s.message)) return [];
      const hit = REFUSED.find(([pattern]) => pattern.test(s.message));
      const hook = hit?.[1] === 'admission-webhook' ? webhookNamed(world, s.message) : undefined;
      if (hook !== undefined)
        return [
          finding(hook, 'admission-webhook', 'proven', `${r.entity} is refused: ${s.message}`, 'Repair the webhook, or fit the object to its policy.', {
            where: s.where,
            victims: [r],
          }),
        ];
      if (hit !== undefined) return [finding(r, hit[1], 'proven', s.message, hit[2], { where: s.where })];
      const forbidden =
        !REFUSED_TO_ACCOUNT.test(s.message) && /(is forbidden: User|cannot (get|list|watch|create|update|patch|delete) resource)/i.test(s.message);
      return forbidden ? [finding(r, 'rbac-forbidden', 'proven', s.message, 'Grant the role to its service account.', { where: s.where })] : [];
    }),
  );

const hooksOf = (world: World): Resource[] => [...world.of('ValidatingWebhookConfiguration'), ...world.of('MutatingWebhookConfiguration')];
/** A webhook that could not be called is its own fault; one that denied did what it is for. */
function webhookNamed(world: World, message: string): Resource | undefined {
  const name = /failed calling webhook "([^"]+)"/i.exec(message)?.[1];
  return name === undefined
    ? undefined
    : hooksOf(world).find((c) => list(c.raw['webhooks'] === undefined ? c.spec : c.raw, 'webhooks').some((w) => word(w, 'name') === name));
}
