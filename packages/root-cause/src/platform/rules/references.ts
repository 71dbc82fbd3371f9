// What a workload refers to and what there is: config maps, secrets and their keys, claims, accounts, classes. Pure.
import { containersOf, isHurt, saidOf } from '../containers.ts';
import { dig, items, list, text, word } from '../dig.ts';
import { finding, nearestName, type Finding } from '../finding.ts';
import type { Workload, World } from '../world.ts';

type Reference = { kind: string; name: string; keys: string[]; place: string; optional: boolean };
const SLUGS: Readonly<Record<string, string>> = {
  ConfigMap: 'missing-config-map',
  Secret: 'missing-secret',
  PersistentVolumeClaim: 'missing-volume-claim',
  ServiceAccount: 'missing-service-account',
  PriorityClass: 'missing-priority-class',
  RuntimeClass: 'missing-runtime-class',
};

export const referenceRules = (world: World): Finding[] =>
  world.workloads.flatMap((w) => [...dangling(world, w), ...said(w), ...unfilled(w), ...tokenless(world, w)]);

function dangling(world: World, w: Workload): Finding[] {
  const space = w.resource.namespace;
  const seen = new Set<string>();
  return referencesOf(w).flatMap((ref) => {
    if (ref.name === '' || ref.optional || ref.name === 'kube-root-ca.crt' || seen.has(`${ref.kind} ${ref.name} ${ref.keys.join()}`)) return [];
    seen.add(`${ref.kind} ${ref.name} ${ref.keys.join()}`);
    const target = world.find(ref.kind, ref.name, space);
    const effect = saidOf(w).find(
      (s) =>
        // Who looks for a key in it has found it.
        !(target === undefined && /find key|non-existent (config|secret) key/i.test(s.message)) &&
        (s.message.includes(`"${ref.name}"`) ||
          // "ConfigMap shop/settings" names it; "/etc/settings/a.yaml" is a path.
          new RegExp(`[\\w-]/${escape(ref.name)}(?![\\w./-])`).test(s.message) ||
          new RegExp(`not found.*${escape(ref.name)}|${escape(ref.name)}.*not found`).test(s.message)),
    );
    // One that runs well has what it needs: it is optional in practice, or was removed since.
    const strength = effect ? 'proven' : isHurt(w) === false ? 'symptom' : 'declared';
    if (target === undefined) {
      if (!world.lists(ref.kind, space) && effect === undefined) return [];
      if (ref.kind === 'PriorityClass' && ref.name.startsWith('system-')) return [];
      const near = nearestName(
        ref.name,
        world.of(ref.kind, space).map((r) => r.name),
      );
      const repair = near ? `Name ${near} instead, or create ${ref.name}.` : `Create ${ref.kind} ${ref.name}, or name one that exists.`;
      return [
        finding(
          w.resource,
          SLUGS[ref.kind] ?? 'missing-reference',
          strength,
          `${ref.place} names ${ref.kind} ${ref.name}, which is not there.${effect ? ` ${effect.message}` : ''}`,
          repair,
        ),
      ];
    }
    const missing = ref.keys.filter((key) => key !== '' && Object.keys(target.data).length > 0 && target.data[key] === undefined);
    if (missing.length === 0) return [];
    const near = nearestName(missing[0] ?? '', Object.keys(target.data));
    return [
      finding(
        w.resource,
        ref.kind === 'Secret' ? 'missing-secret-key' : 'missing-config-key',
        strength,
        `${ref.place} asks ${target.entity} for ${missing.join(', ')}, which it does not hold.`,
        near ? `Ask for ${near}, or add the key.` : 'Add the key, or ask for one that exists.',
      ),
    ];
  });
}

const escape = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function referencesOf(w: Workload): Reference[] {
  const found: Reference[] = [];
  const add = (kind: string, source: unknown, keys: string[], place: string, name = word(source, 'name')): void =>
    void found.push({ kind, name, keys, place, optional: dig(source, 'optional') === true });
  for (const c of containersOf(w)) {
    for (const e of list(c.spec, 'env')) {
      const place = `${c.name}: variable ${word(e, 'name')}`;
      for (const [kind, key] of [
        ['ConfigMap', 'configMapKeyRef'],
        ['Secret', 'secretKeyRef'],
      ] as const) {
        const source = dig(e, 'valueFrom', key);
        if (source !== undefined) add(kind, source, [word(source, 'key')], place);
      }
    }
    for (const e of list(c.spec, 'envFrom')) {
      if (e['configMapRef'] !== undefined) add('ConfigMap', e['configMapRef'], [], `${c.name}: envFrom`);
      if (e['secretRef'] !== undefined) add('Secret', e['secretRef'], [], `${c.name}: envFrom`);
    }
  }
  for (const v of list(w.template, 'volumes')) {
    const place = `volume ${word(v, 'name')}`;
    for (const source of [v, ...list(v, 'projected', 'sources')]) {
      const keysOf = (key: string): string[] => list(source, key, 'items').map((i) => word(i, 'key'));
      if (source['configMap'] !== undefined) add('ConfigMap', source['configMap'], keysOf('configMap'), place);
      if (source['secret'] !== undefined)
        add('Secret', source['secret'], keysOf('secret'), place, word(source, 'secret', 'secretName') || word(source, 'secret', 'name'));
    }
    if (v['persistentVolumeClaim'] !== undefined)
      add('PersistentVolumeClaim', v['persistentVolumeClaim'], [], place, word(v, 'persistentVolumeClaim', 'claimName'));
  }
  for (const [kind, name] of [
    ['ServiceAccount', word(w.template, 'serviceAccountName') || word(w.template, 'serviceAccount')],
    ['PriorityClass', word(w.template, 'priorityClassName')],
    ['RuntimeClass', word(w.template, 'runtimeClassName')],
  ] as const)
    if (name !== '' && name !== 'default') found.push({ kind, name, keys: [], place: `the pod's ${kind}`, optional: false });
  return found;
}

const SAID: readonly (readonly [RegExp, string, string])[] = [
  [
    /serviceaccount "?[\w./-]+"? not found|error looking up service account/i,
    'missing-service-account',
    'Create the service account, or name one that exists.',
  ],
  [/configmaps? "?[\w./-]+"? (is forbidden|not found)|configmap .*not found/i, 'missing-config-map', 'Create the config map, or name one that exists.'],
  [/secrets? "?[\w./-]+"? not found|secret .*not found/i, 'missing-secret', 'Create the secret, or name one that exists.'],
  [/couldn'?t find key \S+ in (\w+ )?configmap|references non-existent config key.*config/i, 'missing-config-key', 'Add the key, or ask for one that exists.'],
  [/couldn'?t find key \S+ in (\w+ )?secret|references non-existent secret key/i, 'missing-secret-key', 'Add the key, or ask for one that exists.'],
  [/persistentvolumeclaim "?[\w./-]+"? not found/i, 'missing-volume-claim', 'Create the claim, or name one that exists.'],
  [/no PriorityClass with name/i, 'missing-priority-class', 'Create the priority class, or name one that exists.'],
  [/RuntimeClass "?\S+"? not found|no runtime for/i, 'missing-runtime-class', 'Create the runtime class, or name one that exists.'],
];

/** The platform says it in words; needed where the referred kinds are not listed. */
function said(w: Workload): Finding[] {
  const texts = saidOf(w).filter((s) => !/image pull secret|failed to pull/i.test(s.message));
  return SAID.flatMap(([pattern, cause, repair]) => {
    const hit = texts.find((s) => pattern.test(s.message));
    return hit === undefined ? [] : [finding(w.resource, cause, 'proven', hit.message, repair, { where: hit.where })];
  });
}

/** A container that mounts a volume which the pod does not declare. */
function unfilled(w: Workload): Finding[] {
  const volumes = new Set(list(w.template, 'volumes').map((v) => word(v, 'name')));
  if (dig(w.template, 'volumes') === undefined || w.resource.kind === 'StatefulSet') return [];
  return containersOf(w).flatMap((c) =>
    items(c.spec['volumeMounts']).flatMap((m) => {
      const name = text(dig(m, 'name'));
      return name === '' || volumes.has(name) || name.startsWith('kube-api-access')
        ? []
        : [finding(w.resource, 'missing-volume', 'declared', `${c.name} mounts ${name}, which the pod does not declare.`, 'Declare the volume.')];
    }),
  );
}

/** A process that asks the API needs the token of its account. */
function tokenless(world: World, w: Workload): Finding[] {
  const account = world.find('ServiceAccount', word(w.template, 'serviceAccountName') || 'default', w.resource.namespace);
  const off = [
    w.template['automountServiceAccountToken'],
    account?.raw['automountServiceAccountToken'],
    account?.spec['automountServiceAccountToken'],
  ].includes(false);
  const asked = [...world.heard.filter((h) => h.by === w).map((h) => h.message), ...saidOf(w).map((s) => s.message)].find((m) =>
    /kubernetes\.io\/serviceaccount|in-?cluster config/i.test(m),
  );
  return asked === undefined
    ? []
    : [
        finding(
          w.resource,
          'service-account-token-missing',
          off ? 'proven' : 'seen',
          `It asks for the token of its account${off ? ', which automountServiceAccountToken keeps from it' : ''}: ${asked}`,
          'Let the token be mounted.',
        ),
      ];
}
