// Chains of reasons and how sure each link is. Pure.
import type { ImpactReason } from '@awo/contracts';

export type LinkKind = ImpactReason['kind'];
/** The way from a changed file to here. */
export type Chain = { link: ImpactReason; before: Chain | null; probability: number };

export function link(kind: LinkKind, from: string, to: string, at: string, confidence: number, text: string): ImpactReason {
  return { kind, from, to, at, confidence, text: text.length > 400 ? `${text.slice(0, 397)}...` : text };
}

export const chained = (before: Chain | null, reason: ImpactReason): Chain => ({
  link: reason,
  before,
  probability: Math.round((before?.probability ?? 1) * reason.confidence * 1000) / 1000,
});

/** More links than a person follows: the ends are kept. */
const MAX_LINKS = 24;

export function linksOf(end: Chain): ImpactReason[] {
  const links: ImpactReason[] = [];
  for (let chain: Chain | null = end; chain; chain = chain.before) links.push(chain.link);
  links.reverse();
  return links.length <= MAX_LINKS ? links : [...links.slice(0, MAX_LINKS / 2), ...links.slice(-MAX_LINKS / 2)];
}
