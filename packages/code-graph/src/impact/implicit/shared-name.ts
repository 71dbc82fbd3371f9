// Names that went away in one place and are still spoken elsewhere: message types, header names, cache keys, field names. Pure.
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const CODE = /\.([mc]?[jt]sx?|py|go|rb|java|kt|rs|php|cs|ya?ml|json|toml|proto|graphql|env|properties)$/;
const LITERAL = /["'`]([A-Za-z][\w.:-]{5,80})["'`]/g;
const FIELD = /(?:^|[{,(\s])["']?([a-z]\w{4,60})["']?\s*:(?!:)|[[.]["'](\w{5,60})["']\]|json:"(\w{4,60})|\.([a-z]\w{5,60})\s*=[^=]/gm;
const FILE_LIKE = /\.(js|ts|mjs|json|py|go|css|html|md|yaml|yml|txt|svg|png)$|^@|^node:/;
/** Two words or more: one word alone is everybody's. */
const compound = (name: string): boolean => /[a-z][A-Z]|[a-z0-9]_[a-z0-9]|[A-Z]_[A-Z0-9]|\w[.:-]\w/.test(name);

export const sharedName: Detector = {
  kind: 'shared-name',
  signals: (source, path): Signal[] =>
    CODE.test(path)
      ? signalsOf(withoutComments(source), LITERAL, (match) => (compound(match[1] ?? '') && !FILE_LIKE.test(match[1] ?? '') ? match[1] : undefined))
      : [],
  needle: (name) => name,
  answer(name, { path, source, sameUnit }, { gone }) {
    if (!gone || !CODE.test(path)) return null;
    const found = firstLine(withoutComments(source), new RegExp(`["'\`]${escaped(name)}["'\`]`));
    return found && { line: found.line, confidence: sameUnit ? 0.4 : 0.6, text: `still says "${name}", which is gone` };
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
