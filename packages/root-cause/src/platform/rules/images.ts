// Images that cannot be fetched: which part of the way to them is wrong. Pure.
import { containersOf, saidOf, statesOf } from '../containers.ts';
import { list, word } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { Workload, World } from '../world.ts';

const PULL = /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable|ImageInspectError)$/;
const FAILED =
  /fail\w* to pull|pull(ing)? (access|image)|back-off pulling|image can.?t be pulled|ErrImage|ImagePullBackOff|InvalidImageName|invalid reference format|couldn'?t parse image/i;

export const imageRules = (world: World): Finding[] => world.workloads.flatMap((w) => unfetched(world, w));

function unfetched(world: World, w: Workload): Finding[] {
  const texts = saidOf(w).filter((s) => PULL.test(s.reason) || FAILED.test(s.message) || FAILED.test(s.reason));
  if (texts.length === 0) return [];
  // That a secret could not be read is said beside the pull that failed, and by itself hurts nobody.
  const beside = saidOf(w).filter((s) => /unable to retrieve some image pull secrets/i.test(s.message));
  const all = [...texts, ...beside].map((s) => `${s.reason} ${s.message}`).join(' | ');
  const waiting = statesOf(w).find((s) => PULL.test(s.waiting));
  const image = containersOf(w).find((c) => c.name === waiting?.container || (word(c.spec, 'image') !== '' && all.includes(word(c.spec, 'image'))));
  const name = word(image?.spec, 'image') || 'the image';
  const says = `${name} cannot be fetched: ${texts.find((s) => s.message !== '')?.message ?? texts[0]?.reason ?? ''}`;
  const where = texts[0]?.where;
  const make = (cause: string, repair: string) => [
    finding(w.resource, cause, 'proven', says, repair, { ...(where ? { where } : {}), nextCheck: `Fetch ${name} by hand from a node.` }),
  ];
  if (/no such host|server misbehaving|i\/o timeout.*:53|lookup \S+ on|temporary failure in name resolution/i.test(all))
    return make('image-registry-dns-failure', 'Correct the registry in the image name, or the name resolution of the nodes.');
  if (/toomanyrequests|429|rate limit|QPS exceeded/i.test(all)) return make('image-registry-limit', 'Pull with an account, or from a mirror.');
  if (/no matching manifest for|no match for platform/i.test(all)) return make('image-architecture-mismatch', 'Name an image that is built for the nodes.');
  if (/no space left on device/i.test(all)) return make('disk-full', 'Free the disk of the node, or enlarge it.');
  if (/InvalidImageName|invalid reference format|couldn'?t parse image/i.test(all)) return make('incorrect-image-reference', 'Correct the image name.');
  if (/ErrImageNeverPull/.test(all)) return make('image-pull-policy', 'Set imagePullPolicy to IfNotPresent, or load the image onto the nodes.');
  const secrets = list(w.template, 'imagePullSecrets').map((s) => word(s, 'name'));
  const unknown = secrets.filter((s) => world.lists('Secret', w.resource.namespace) && world.find('Secret', s, w.resource.namespace) === undefined);
  const unauthorised =
    /unauthorized|authentication required|no basic auth|401|403|denied: requested|FailedToRetrieveImagePullSecret|unable to retrieve some image pull secrets/i.test(
      all,
    );
  if (unknown.length > 0) return make('missing-image-pull-secret', `Create the secret ${unknown.join(', ')}, or name one that exists.`);
  if (
    /not found|manifest unknown|does not exist|no match for platform|NotFound|name unknown/i.test(all) &&
    !/FailedToRetrieveImagePullSecret|no basic auth/i.test(all)
  )
    return make('incorrect-image-reference', 'Name an image and tag that the registry holds, or go back to the last one that ran.');
  if (unauthorised) return make('missing-image-pull-secret', 'Add an imagePullSecret with an account that may read the image.');
  if (/connection refused|timeout|timed out|unreachable|EOF|TLS|x509/i.test(all))
    return make('image-registry-unreachable', 'Look at the way from the nodes to the registry.');
  return make('incorrect-image-reference', 'Name an image and tag that the registry holds, or go back to the last one that ran.');
}
