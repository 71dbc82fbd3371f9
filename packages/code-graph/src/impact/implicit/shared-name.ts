// Names that went away in one place and are still spoken elsewhere: message types, header names, cache keys, field names. Pure.
import { type Answer, type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';
import { headerNames } from './header-names.ts';

export const CODE = /\.([mc]?[jt]sx?|py|go|rb|java|kt|rs|php|cs|ya?ml|json|toml|proto|graphql|env|properties)$/;
const LITERAL = /["'`]([A-Za-z][\w.:-]{5,80})["'`]/g;
const FIELD = /(?:^|[{,(\s])["']?([a-z]\w{4,60})["']?\s*:(?!:)|[[.]["'](\w{5,60})["']\]|json:"(\w{4,60})|\.([a-z]\w{5,60})\s*=[^=]/gm;
export const FILE_LIKE = /\.(js|ts|mjs|json|py|go|css|html|md|yaml|yml|txt|svg|png)$|^@|^node:/;
/** Two words or more: one word alone is everybody's. */
const compound = (name: string): boolean => /[a-z][A-Z]|[a-z0-9]_[a-z0-9]|[A-Z]_[A-Z0-9]|\w[.:-]\w/.test(name);

/** A line that holds an expression of Prometheus, as rules of alerts and dashboards do. */
const PROMQL =
  /\b(?:expr|expression|query|seriesQuery|metricsQuery|definition)["']?\s*:|\b(?:i?rate|i?delta|increase|\w+_over_time|histogram_quantile|absent|label_replace|topk|bottomk|sum|avg|min|max|count)\b\s*(?:(?:by|without)\s*\([^)]*\)\s*)?\(|\w\[\d+[smhdwy]\]|\w\{[^{}]*[=!]~?\\?["']/;

/** Said there without quotes, with the endings of Prometheus, and with a namespace in front that code says by itself. */
function inExpression(name: string, path: string, source: string): Answer | null {
  if (!/\.(ya?ml|json|(?:lib|j)sonnet|rules)$/.test(path) || !/^[a-z]\w*_\w+$/.test(name)) return null;
  const front = name.split('_').length > 2 ? '(?:[a-z]\\w*_)?' : '';
  const whole = new RegExp(`(?<![\\w:.$-])(${front})${name}(?:_(?:bucket|sum|count|total|created))?(?![\\w:.-])`);
  for (const [i, line] of source.split('\n').entries()) {
    const said = line.includes(name) && PROMQL.test(line) ? whole.exec(line) : null;
    if (said) return { line: i + 1, confidence: said[1] ? 0.4 : 0.6, text: `still asks for the metric ${name}, which is gone` };
  }
  return null;
}

export const sharedName: Detector = {
  kind: 'shared-name',
  signals: (source, path): Signal[] =>
    CODE.test(path)
      ? signalsOf(withoutComments(source), LITERAL, (match) => (compound(match[1] ?? '') && !FILE_LIKE.test(match[1] ?? '') ? match[1] : undefined)).flatMap(
          (signal) => headerNames(signal.name, signal.text).map((name) => ({ ...signal, name })),
        )
      : [],
  needle: (name) => name,
  answer(name, { path, source, sameUnit }, { gone }) {
    if (!gone) return null;
    const text = withoutComments(source);
    const found = CODE.test(path) ? firstLine(text, new RegExp(`["'\`]${escaped(name)}["'\`]`)) : null;
    if (found) return { line: found.line, confidence: sameUnit ? 0.4 : 0.6, text: `still says "${name}", which is gone` };
    return inExpression(name, path, text);
  },
  additionsMatter: false,
  blocks: false,
};

export const field: Detector = {
  kind: 'field',
  signals: (source, path): Signal[] =>
    CODE.test(path) ? signalsOf(withoutComments(source), FIELD, (match) => match.slice(1).find((group) => group !== undefined && compound(group))) : [],
  needle: (name) => name,
  answer(name, { path, source, sameUnit }, { gone }) {
    if (!gone || sameUnit || !CODE.test(path)) return null;
    const n = escaped(name);
    const found = firstLine(withoutComments(source), new RegExp(`[.?]${n}\\b(?!\\s*[(=])|["'\`]${n}["'\`]|\\{[^{}\\n]*\\b${n}\\b[^{}\\n]*\\}\\s*=|json:"${n}`));
    return found && { line: found.line, confidence: 0.5, text: `still reads the field ${name}, which is gone` };
  },
  additionsMatter: false,
  blocks: false,
};
