// Processes name those that they call by address: the name is put beside it, so that it is known whom they mean. Pure.
import type { EvidenceCollected } from '@awo/contracts';

export function withNames(nodes: EvidenceCollected['topology']['nodes']): (message: string) => string {
  const known = nodes.flatMap(({ id, labels }) => (labels ? [{ host: labels.host, name: id.split('/').at(-1) ?? id }] : []));
  return (message) =>
    known.reduce((text, { host, name }) => text.replaceAll(new RegExp(`(?<![\\w.])${RegExp.escape(host)}(?!\\d)`, 'g'), () => `${host} (${name})`), message);
}
