// The impact report as one page that needs nothing else: units, graph, tests, chains on hover, a filter. Pure.
import { chainLine, type ImpactReport } from '@awo/contracts';
import { short } from '../output/quantities.ts';
import { percentOf, worstFirst } from './chain.ts';
import { impactGraph } from './graph-svg.ts';
import { hintLines } from './hint-lines.ts';

const STYLE = `:root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif}body{margin:2rem auto;max-width:76rem;padding:0 1rem}
h1{font-size:1.3rem}table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}code{font:12px ui-monospace,monospace;overflow-wrap:break-word}.why code{overflow-wrap:anywhere}.why{opacity:.75}
.direct{color:#b35900}.implicit{color:#8a6d00}.none-semantic{opacity:.6}.high{color:#c00;font-weight:600}.medium{color:#b35900}
input{font:inherit;padding:.4rem .6rem;width:100%;box-sizing:border-box}.note{border-left:4px solid #b35900;padding:.3rem .8rem}
svg{width:100%;height:auto;border:1px solid #8884;border-radius:6px}svg text{font:11px ui-monospace,monospace;fill:currentColor}svg .edge{stroke:#8888;fill:none}
svg g.node:hover rect{stroke-width:3}svg .dim{opacity:.15}svg .unit rect{fill:#8a6d0022}td:first-child{min-width:17rem}@media(prefers-color-scheme:dark){.direct,.medium{color:#ffab66}.implicit{color:#e6c84d}.high{color:#ff7b7b}}`;

/** Rows and nodes that hold the words of the filter stay; no request leaves the page. */
const SCRIPT = `const box=document.querySelector('input');box.addEventListener('input',()=>{const words=box.value.toLowerCase().split(/\\s+/);
const hit=t=>words.every(w=>t.toLowerCase().includes(w));for(const row of document.querySelectorAll('tbody tr'))row.hidden=!hit(row.textContent);
for(const node of document.querySelectorAll('g.node'))node.classList.toggle('dim',!hit(node.textContent));
for(const edge of document.querySelectorAll('.edge'))edge.classList.toggle('dim',!hit(edge.dataset.ends))});`;

export function impactPage(report: ImpactReport): string {
  const { base, head, units, tests, skipped, strategy, fallback, dead, files, graph } = report;
  const title = `Impact ${base === null ? 'of everything' : `${short(base)} → ${short(head)}`}`;
  const row = (cells: string[], hover: string): string => `<tr title="${html(hover)}">${cells.join('')}</tr>`;
  // Long names break between folders, not in the middle of a word.
  const name = (path: string): string => `<td><code>${html(path).replaceAll('/', '/<wbr>')}</code></td>`;
  const why = (reasons: ImpactReport['units'][number]['reasons']): string => `<td class="why"><code>${html(chainLine(reasons))}</code></td>`;
  const hover = (reasons: ImpactReport['units'][number]['reasons']): string =>
    reasons.map((one) => `${one.at}  ${one.kind} ${percentOf(one.confidence)}: ${one.text}`).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"><title>${html(title)}</title><style>${STYLE}</style></head><body>
<h1>${html(title)}</h1>
<p>${files.length} files changed, ${units.length} units, ${tests.length} tests can see it, ${skipped.tests} left out. Release: <b>${strategy.kind}</b>. ${html(strategy.because)}</p>
${fallback ? `<p class="note">Not sure, so wider: ${html(fallback.because)}</p>` : ''}${hintLines(report)
    .map(({ head: what, text }) => `<p class="note"><b>${html(what)}</b>: ${html(text)}</p>`)
    .join('')}${dead.map((rule) => `<p class="note">awo.yaml impact.${html(rule)} changes nothing.</p>`).join('')}
<input type="search" placeholder="Filter: part of a path, a kind of reason" aria-label="Filter">
${impactGraph(report)}
<table><thead><tr><th>Unit<th>Change<th>Risk<th>Chain</thead><tbody>
${worstFirst(units)
  .map((unit) =>
    row(
      [name(unit.id), `<td class="${unit.change}">${unit.change}</td>`, `<td class="${unit.risk}">${unit.risk}</td>`, why(unit.reasons)],
      hover(unit.reasons),
    ),
  )
  .join('\n')}
</tbody></table>
<table><thead><tr><th>Test<th>Sure<th>Chain</thead><tbody>
${tests.map((test) => row([name(test.file), `<td class="n">${percentOf(test.probability)}</td>`, why(test.reasons)], hover(test.reasons))).join('\n')}
</tbody></table>
${skipped.because.map((because) => `<p class="why">${html(because)}</p>`).join('')}
<p class="why">${graph.files} files, ${graph.edges} imports, ${graph.ms} ms.</p>
<script>${SCRIPT}</script></body></html>`;
}

/** File names may hold anything. */
export const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
