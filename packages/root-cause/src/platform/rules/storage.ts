// Volume claims that wait, and volumes that cannot be mounted. Pure.
import { saidOf } from '../containers.ts';
import { count, dig, fields, items, quantityOf, text, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Resource } from '../resource.ts';
import { mountsClaim, selects, type World } from '../world.ts';

export const storageRules = (world: World): Finding[] => [
  ...world.of('PersistentVolumeClaim').flatMap((c) => claim(world, c)),
  ...world.workloads.flatMap((w) => mounts(w)),
];

const modesOf = (r: Resource): string[] => items(r.spec['accessModes']).map(text);
const sizeOf = (r: Resource): number => quantityOf(dig(r.spec, 'capacity', 'storage')) ?? 0;

function claim(world: World, c: Resource): Finding[] {
  const phase = word(c.status, 'phase');
  if (phase === 'Bound') return growing(c);
  const said = c.events.map((e) => e.message).join(' | ');
  if (phase === '' && said === '') return [];
  const make = (cause: string, says: string, repair: string) => [
    finding(c, cause, 'proven', `The claim is ${phase || 'not bound'}: ${says}${said ? ` ${said}` : ''}`, repair),
  ];
  if (phase === 'Lost') return make('volume-lost', 'its volume is gone.', 'Bring the volume back, or restore the data.');
  const before = world.of('PersistentVolume').find((v) => word(v.status, 'phase') === 'Released' && word(v.spec, 'claimRef', 'name') === c.name);
  if (before !== undefined || /already bound to a different claim/i.test(said))
    return make(
      'volume-already-bound',
      `volume ${before?.name ?? ''} still belongs to a claim that is gone.`,
      'Remove claimRef from the volume, or add another one.',
    );
  const klass = word(c.spec, 'storageClassName');
  // It waits for a pod, and no pod wants it.
  const late = word(world.find('StorageClass', klass, '')?.raw, 'volumeBindingMode') === 'WaitForFirstConsumer';
  if (late && world.workloads.length > 0 && !world.workloads.some((w) => mountsClaim(w, c.name))) return [];
  const volumes = world.of('PersistentVolume');
  const named = word(c.spec, 'volumeName');
  const bound = volumes.find((v) => v.name === named);
  const claimedBy = (v: Resource): string => word(v.spec, 'claimRef', 'name');
  if (bound !== undefined && claimedBy(bound) !== '' && claimedBy(bound) !== c.name)
    return make('volume-already-bound', `volume ${bound.name} belongs to ${claimedBy(bound)}.`, 'Claim another volume, or free that one.');
  if (named !== '' && bound === undefined && volumes.length > 0) return make('missing-volume', `volume ${named} is not there.`, 'Name a volume that exists.');
  const wanted = quantityOf(dig(c.spec, 'resources', 'requests', 'storage')) ?? 0;
  const modes = modesOf(c);
  const selector = c.spec['selector'];
  const free = volumes.filter((v) => claimedBy(v) === '');
  const provisioner = klass === '' ? '' : word(world.find('StorageClass', klass, '')?.raw, 'provisioner');
  const isMade = provisioner !== '' && !provisioner.endsWith('no-provisioner');
  // What others have already is no candidate where volumes are made on demand.
  const candidates = bound ? [bound] : free.length > 0 || isMade || (klass === '' && world.lists('StorageClass')) ? free : volumes;
  // Each volume fails for its reasons: the one that lacks least tells what is wrong.
  const reasons = candidates
    .map((v) => {
      const why: { cause: string; says: string; repair: string }[] = [];
      if (klass !== '' && word(v.spec, 'storageClassName') !== klass)
        why.push({
          cause: 'storage-class-mismatch',
          says: `it asks for class ${klass}, ${v.name} is of ${word(v.spec, 'storageClassName') || 'none'}.`,
          repair: 'Name the class of the volume.',
        });
      if (modes.length > 0 && !modes.every((m) => modesOf(v).includes(m)))
        why.push({
          cause: 'access-mode-mismatch',
          says: `it asks for ${modes.join(', ')}, ${v.name} offers ${modesOf(v).join(', ')}.`,
          repair: 'Ask for a mode that the volume offers.',
        });
      if (wanted > sizeOf(v) && sizeOf(v) > 0)
        why.push({
          cause: 'volume-capacity-mismatch',
          says: `it asks for ${word(c.spec, 'resources', 'requests', 'storage')}, ${v.name} has ${word(v.spec, 'capacity', 'storage')}.`,
          repair: 'Ask for no more than the volume has.',
        });
      if (Object.keys(fields(selector)).length > 0 && !selects(selector, v.labels))
        why.push({ cause: 'volume-selector-mismatch', says: `its selector does not fit ${v.name}.`, repair: 'Set the selector to the labels of the volume.' });
      if (claimedBy(v) !== '' && claimedBy(v) !== c.name)
        why.push({ cause: 'volume-already-bound', says: `${v.name} belongs to ${claimedBy(v)}.`, repair: 'Add a volume, or free that one.' });
      return why;
    })
    .toSorted(
      (a, b) => Number(a.some((x) => x.cause === 'volume-already-bound')) - Number(b.some((x) => x.cause === 'volume-already-bound')) || a.length - b.length,
    );
  const classes = world.lists('StorageClass');
  const missing = klass !== '' && classes && world.find('StorageClass', klass, '') === undefined;
  const near = reasons.find((why) => why.length > 0);
  if (/only supports? [^\n]*access ?mode|access ?modes?[^.]{0,60}(not supported|unsupported|invalid)|unsupported access ?mode/i.test(said))
    return make('access-mode-mismatch', `its class makes no volumes for ${modes.join(', ')}.`, 'Ask for a mode that the class makes.');
  if (isMade && /ProvisioningFailed|failed to provision/i.test(`${c.events.map((e) => e.reason).join(' ')} ${said}`))
    return make('volume-provisioning-failed', 'no volume could be made.', 'Look at the provisioner of its class.');
  if (/storageclass\S* "?\S+"? not found/i.test(said) || (missing && !volumes.some((v) => word(v.spec, 'storageClassName') === klass)))
    return near?.length === 1 && near[0] && near[0].cause !== 'storage-class-mismatch'
      ? make(near[0].cause, near[0].says, near[0].repair)
      : make('storage-class-mismatch', `storage class ${klass} is not there.`, 'Name a storage class that exists.');
  if (near?.[0] !== undefined) return make(near[0].cause, near[0].says, near[0].repair);
  if (/waiting for first consumer/i.test(said)) return [];
  if (/provision/i.test(said)) return make('volume-provisioning-failed', 'no volume could be made.', 'Look at the provisioner of its class.');
  if (/no persistent volumes available|FailedBinding/i.test(said) || phase === 'Pending')
    return make(
      klass === '' && classes ? 'no-default-storage-class' : 'no-volume-available',
      'no volume fits it.',
      'Add a volume, or name a class that makes one.',
    );
  return [];
}

/** Asked for more than it has, and its driver refuses. */
function growing(c: Resource): Finding[] {
  const [asked, has] = [quantityOf(dig(c.spec, 'resources', 'requests', 'storage')), quantityOf(dig(c.status, 'capacity', 'storage'))];
  const refused = c.events.find((e) =>
    /VolumeResizeFailed|ExternalExpanding|FileSystemResizeFailed|resize[^\n]{0,40}fail|expan(d|sion)[^\n]{0,60}(fail|not supported)/i.test(
      `${e.reason} ${e.message}`,
    ),
  );
  return refused === undefined || (asked !== null && has !== null && asked <= has)
    ? []
    : [
        finding(
          c,
          'volume-resize-failed',
          'proven',
          `It asks for ${word(c.spec, 'resources', 'requests', 'storage')} and has ${word(c.status, 'capacity', 'storage')}: ${refused.message}`,
          'Use a class that lets volumes grow, or move the data to a larger one.',
        ),
      ];
}

function mounts(w: Parameters<typeof saidOf>[0]): Finding[] {
  const said = saidOf(w);
  const rows: readonly (readonly [RegExp, string, string])[] = [
    [
      /AttachVolume\.\w+ failed|does not contain driver|driver name \S+ not found in the list of registered CSI drivers/i,
      'volume-attach-failed',
      'Look at the driver of the volume on that node.',
    ],
    [/Multi-Attach error|already exclusively attached/i, 'volume-multi-attach', 'Let only one node use the volume, or use ReadWriteMany.'],
    [/(mount|volume|open|mkdir|chown|write|create)[^|]{0,120}permission denied/i, 'volume-permission-denied', 'Set fsGroup or the owner of the volume.'],
    [/no space left on device|disk quota exceeded/i, 'disk-full', 'Free space, or enlarge the volume.'],
    [
      /MountVolume\.(SetUp|MountDevice) failed[^|]*(hostPath type check|does not exist|no such file)/i,
      'volume-path-missing',
      'Create the path on the node, or correct it.',
    ],
    [/mountPath.*must be unique|not a directory: unknown.*mount|are you trying to mount a directory/i, 'volume-mount-path', 'Correct mountPath or subPath.'],
  ];
  return rows.flatMap(([pattern, cause, repair]) => {
    const hit = said.find((s) => pattern.test(s.message));
    if (hit === undefined || (cause === 'disk-full' && /provision/i.test(hit.message)) || (cause === 'volume-permission-denied' && /exec:/.test(hit.message)))
      return [];
    return [finding(w.resource, cause, (count(w.resource.status, 'readyReplicas') ?? 0) > 0 ? 'seen' : 'proven', hit.message, repair, { where: hit.where })];
  });
}
