// Feature flags: defined in a file of flags, asked for by name. Pure.
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const DEFINED =
  /^[ \t]*(?:-[ \t]*(?:name|key):[ \t]*)?["']?([A-Za-z][\w.-]{2,})["']?[ \t]*[:=]|\b(?:name|key)["']?\s*[:=]\s*["']([A-Za-z][\w.-]{2,})["']|[{,][ \t]*["']([A-Za-z][\w.-]{2,})["'][ \t]*:/gm;

export const flag: Detector = {
  kind: 'flag',
  signals: (source, path): Signal[] =>
    /(flags?|features?|toggles?|experiments?|flipt|unleash|launchdarkly)[^/]*(?:\/[^/]+)?\.(json5?|ya?ml|toml|[jt]s|py|go|properties)$/i.test(path)
      ? signalsOf(source, DEFINED, (match) => match[1] ?? match[2] ?? match[3])
      : [],
  needle: (name) => (name.length >= 4 ? name : null),
  answer(name, { source }) {
    const n = escaped(name);
    const found = firstLine(
      withoutComments(source),
      new RegExp(
        `(?:flag|feature|enabled|toggle|variation|experiment|variant|treatment|unleash|launchdarkly|split|gate|isOn|is_on|Flipper|waffle|useFlag|get_?(?:boolean|string|number|integer|float|object)_?(?:value|details)|(?:Boolean|String|Float|Int|Object)Value|decide)\\w*[?!]?[^\\n]{0,60}(?:["'\`]${n}["'\`]|:${n}\\b)|\\b(?:flags?|features?|toggles?)\\??\\.${n}\\b`,
        'i',
      ),
    );
    return found && { line: found.line, confidence: 0.8, text: `asks for the flag ${name}` };
  },
  additionsMatter: true,
  blocks: false,
};
