// Texts by key: files of translations, and who shows a key; templates by the name under which they are rendered. Pure.
import { basename } from '../../classify.ts';
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
    const found = firstLine(withoutComments(source), new RegExp(`\\b(?:t|\\$t|tr|i18n\\w*|_|gettext|ngettext|translate|trans|__|formatMessage|getMessage|getString|message|intl\\w*|I18n)\\.?\\w*[?!]?\\s*\\(\\s*\\{?\\s*(?:id:\\s*)?["'\`](?:[\\w.:-]*[.:])?${key}["'\`]|(?:i18nKey|id|v-t)=["'{]+(?:[\\w.:-]*[.:])?${key}["']`));
    return found && { line: found.line, confidence: 0.7, text: `shows the text ${name}` };
  },
  additionsMatter: false,
  blocks: false,
}; // prettier-ignore

const TEMPLATE = /\.(ejs|hbs|pug|njk|mustache|handlebars|jinja2?|j2|tmpl|gotmpl|gohtml|erb|haml|slim|twig|blade\.php|cshtml|ftl|html?|liquid)$/;

/** `render('cart/show')` for `views/cart/show.ejs`: without an ending, and from a folder that the framework knows. */
export const template: Detector = {
  kind: 'template',
  signals(source, path): Signal[] {
    if (!TEMPLATE.test(path)) return [];
    const name = path.replace(/\.blade\.php$|\.html?\.\w+$|\.\w+$/, '');
    const inside = /(?:^|\/)(?:views|templates|partials|layouts|emails?)\/(.+)$/.exec(name)?.[1] ?? basename(name);
    return [{ name: inside, line: 1, until: source.split('\n').length, text: '' }];
  },
  needle: (name) => basename(name).replace(/^_/, ''),
  answer(name, { path, source }) {
    const names = [name, name.replaceAll('/', '.'), name.replace(/(^|\/)_(?=[^/]+$)/, '$1')].map(escaped).join('|');
    const found = firstLine(withoutComments(source), new RegExp(`\\b(?:render\\w*|view|View|template|Template|get_template|ExecuteTemplate|include|extends|partial|layout|component|sendMail|email)\\w*[!]?\\s*[(:{ ]\\s*(?:\\w+\\s*,\\s*)?["'\`](?:[\\w./-]*/)?(?:${names})(?:\\.\\w+)*["'\`]|\\{\\{>\\s*(?:${names})\\b`));
    return found && !/\.(md|lock)$/.test(path) ? { line: found.line, confidence: 0.8, text: `renders ${name}` } : null;
  },
  additionsMatter: true,
  blocks: true,
}; // prettier-ignore
