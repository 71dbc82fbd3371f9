// Texts by key: files of translations, and who shows a key. Pure.
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const CATALOGUE =
  /(^|\/)(locales?|i18n|lang|langs|translations?|messages|intl)\/.*\.(json5?|ya?ml|properties|po|ftl|arb|toml)$|(^|\/)(messages|strings)(_\w+)?\.(properties|json|arb)$/i;
const KEY = /^[ \t]*["']?([A-Za-z_][\w.-]*)["']?[ \t]*[:=]|[{,][ \t]*["']([A-Za-z_][\w.-]*)["'][ \t]*:|^msgid\s+"([^"]+)"/gm;
const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

export const translation: Detector = {
  kind: 'translation',
  signals: (source, path): Signal[] => (CATALOGUE.test(path) ? signalsOf(source, KEY, (match) => match.slice(1).find((group) => group !== undefined)) : []),
  needle: (name) => (last(name).length >= 3 ? last(name) : null),
  answer(name, { path, source }) {
    if (CATALOGUE.test(path) || /\.(md|lock)$/.test(path)) return null;
    const key = escaped(last(name));
    const found = firstLine(
      withoutComments(source),
      new RegExp(
        `\\b(?:t|\\$t|tr|i18n\\w*|_|gettext|ngettext|translate|trans|__|formatMessage|getMessage|getString|message|intl\\w*|I18n)\\.?\\w*[?!]?\\s*\\(\\s*\\{?\\s*(?:id:\\s*)?["'\`](?:[\\w.:-]*[.:])?${key}["'\`]|(?:i18nKey|id|v-t)=["'{]+(?:[\\w.:-]*[.:])?${key}["']`,
      ),
    );
    return found && { line: found.line, confidence: 0.7, text: `shows the text ${name}` };
  },
  additionsMatter: false,
  blocks: false,
};
