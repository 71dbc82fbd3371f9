// A diagnosis as one HTML page without scripts. Pure.
import type { Hypothesis, RootCauses } from '@awo/contracts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const safe = (text: string): string => text.replace(/[&<>"']/g, (mark) => ESCAPES[mark] ?? mark);
const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}li{margin:.2rem 0}.for::marker{color:#18794e}.against::marker{color:#cd2b31}small{color:#666}';

export function htmlOf(result: RootCauses): string {
  const missing = [...new Set(result.hypotheses.flatMap((h) => h.missing))];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Diagnosis: ${safe(result.verdict)}</title><style>${STYLE}</style></head><body>
<h1>Diagnosis: ${safe(result.verdict)}</h1>
<p>${safe(result.because)}</p>
${result.hypotheses.map(section).join('\n')}
${list(
  'Ruled out',
  (result.ruledOut ?? []).map((r) => `${r.entity}: ${r.says}`),
)}
${list('Not known', missing)}
${list('Left out', result.notes)}
</body></html>`;
}

const line = (kind: string, { evidence, says }: Hypothesis['for'][number]): string =>
  `<li class="${kind}">${kind}: ${safe(says)} <small>${safe(evidence)}</small></li>`;

const section = (h: Hypothesis): string => `<section><h2>${safe(h.cause)} on ${safe(h.entity)} <small>${Math.round(h.confidence * 100)}%</small></h2>
<ul>${h.for.map((s) => line('for', s)).join('')}${h.against.map((s) => line('against', s)).join('')}<li>next check: ${safe(h.nextCheck)}</li>${h.repair === undefined ? '' : `<li>repair: ${safe(h.repair)}</li>`}</ul></section>`;

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `<h2>${title}</h2><ul>${lines.map((one) => `<li>${safe(one)}</li>`).join('')}</ul>`;
