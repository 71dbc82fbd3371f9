// Templates by the name under which they are rendered: whole, with a computed part, in a table of pages, or as a part of another. Pure.
import { basename } from '../../classify.ts';
import { dirname } from '../../tree-index.ts';
import { type Answer, type Candidate, type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const TEMPLATE = /\.(ejs|hbs|pug|njk|mustache|handlebars|jinja2?|j2|tmpl|gotmpl|gohtml|erb|haml|slim|twig|blade\.php|cshtml|ftl|html?|liquid)$/;
const FOLDER = /(?:^|\/)(?:views|templates|partials|layouts|emails?)\/(.+)$/;
/** One file of several below a folder by whose name the whole is sent or shown. */
const ONE_OF = /\/(?:html|text|plain|subject|body|index)$/;
/** `{{define "total"}}` of Go. */
const DEFINED = /\{\{-?\s*(?:define|block)\s+["`]([\w./-]{3,})["`]/g;
const SPOKEN_OF_ONLY = /\.(md|lock)$/;

const bare = (path: string): string => path.replace(/\.blade\.php$|\.html?\.\w+$|\.\w+$/, '');
const insideOf = (path: string): string => FOLDER.exec(bare(path))?.[1] ?? basename(bare(path));

const CONTROLLER = /(?:^|\/)([\w/]+?)_?controller\.(?:rb|cs|php|java|groovy|ex)$/i;
const METHOD = '\\b(?:def|function|public|fun)\\b[^\\n(=]*?\\b';

/** A controller shows the template that is called like its action, without naming it: Rails, ASP.NET, CakePHP, Grails. */
function shownByAction(name: string, path: string, text: string): { line: number } | null {
  const controller = CONTROLLER.exec(path)?.[1]?.toLowerCase();
  const folder = dirname(name).toLowerCase();
  if (controller === undefined || !(controller === folder || controller.endsWith(`/${folder}`))) return null;
  return firstLine(text, new RegExp(`${METHOD}${escaped(basename(name))}\\b`, 'i'));
}

/** `render('cart/show')` for `views/cart/show.ejs`: without an ending, and from a folder that the framework knows. */
export const template: Detector = {
  kind: 'template',
  signals(source, path): Signal[] {
    if (!TEMPLATE.test(path)) return [];
    const inside = insideOf(path);
    const names = [inside, ...(ONE_OF.test(inside) ? [inside.replace(ONE_OF, '')] : [])];
    const until = source.split('\n').length;
    return [...names.map((name) => ({ name, line: 1, until, text: '' })), ...signalsOf(source, DEFINED, (match) => match[1]).map((one) => ({ ...one, until }))];
  },
  needle: (name) => basename(name).replace(/^_/, ''),
  answer(name, { path, source, sameUnit }, changed) {
    if (SPOKEN_OF_ONLY.test(path)) return null;
    // Templates of one folder name each other without it.
    const beside = TEMPLATE.test(path) && dirname(path) === dirname(changed.path) ? [basename(name).replace(/^_/, '')] : [];
    const names = [name, name.replaceAll('/', '.'), name.replace(/(^|\/)_(?=[^/]+$)/, '$1'), ...beside].map(escaped).join('|');
    const text = withoutComments(source);
    const rendered = firstLine(
      text,
      new RegExp(
        `\\b(?:render\\w*|view|View|template|Template|get_template|ExecuteTemplate|include|extends|partial|layout|component|sendMail|email)\\w*[!]?\\s*[(:{= ]\\s*(?:&?[\\w.]+\\s*[,=]\\s*)?["'\`](?:[\\w./-]*/)?(?:${names})(?:\\.\\w+)*["'\`]|\\{\\{>\\s*(?:[\\w.-]+/)*(?:${names})\\b`,
      ),
    );
    if (rendered) return { line: rendered.line, confidence: 0.8, text: `renders ${name}` };
    if (!name.includes('/')) return null;
    const action = shownByAction(name, path, text);
    if (action) return { line: action.line, confidence: 0.8, text: `shows ${name} at the end of its action` };
    // A value of a table, a list, a default: what has the folder in its name is said for nothing else but routes and modules.
    const named = firstLine(text, new RegExp(`["'\`](?:[\\w.-]+/)*(?:${escaped(name)})(?:\\.\\w+)*["'\`]`));
    return named && !/\b(?:import|from|require)\b/.test(named.text)
      ? { line: named.line, confidence: sameUnit ? 0.6 : 0.4, text: `says ${name}, a template` }
      : null;
  },
  additionsMatter: true,
  blocks: true,
};

const HOLE = '(?:\\$\\{[^}\\n]{0,80}\\}|#\\{[^}\\n]{0,80}\\}|\\{[^}\\n]{0,80}\\}|%[sdv])';
const TEXT_WITH_HOLES = new RegExp(
  `["'\`]((?:[\\w./-]|${HOLE}){0,80}${HOLE}(?:[\\w./-]|${HOLE}){0,200})["'\`]|["'\`]((?=[./-]{0,9}\\w)[\\w./-]{1,200})["'\`]\\s*\\+\\s*[\\w.()\\[\\]]{1,200}(?:\\s*\\+\\s*["'\`]([\\w./-]{1,200})["'\`])?`,
  'g',
);
/** A name with more computed parts says nothing, and would be compared for minutes. */
const MOST_HOLES = 3;
const RENDERS = /render|template|view|partial|include|layout|mail/i;

/** Names with a computed part: `cart/show_${action}` may be `cart/show_detail`. The signal is the path. */
export const computedTemplate: Detector = {
  kind: 'template',
  signals: (source, path): Signal[] => (TEMPLATE.test(path) ? [{ name: path, line: 1, until: source.split('\n').length, text: '' }] : []),
  needle(name) {
    // The folder is the part that is written out; a name that is computed as a whole says nothing.
    const folder = bare(name).split('/').at(-2) ?? '';
    return folder.length >= 3 ? `${folder}/` : null;
  },
  answer(name, candidate: Candidate): Answer | null {
    if (SPOKEN_OF_ONLY.test(candidate.path)) return null;
    const text = withoutComments(candidate.source);
    for (const match of text.matchAll(TEXT_WITH_HOLES)) {
      if (!mayBe(name, match)) continue;
      const line = text.slice(0, match.index).split('\n').length;
      const around = text
        .split('\n')
        .slice(Math.max(0, line - 2), line + 1)
        .join('\n');
      if (RENDERS.test(around)) return { line, confidence: candidate.sameUnit ? 0.6 : 0.4, text: `renders ${match[0]}, which may be ${name}` };
    }
    return null;
  },
  additionsMatter: true,
  blocks: true,
};

function mayBe(path: string, [, holes, before = '', after = '']: RegExpExecArray): boolean {
  const parts = holes === undefined ? [before, after] : holes.split(new RegExp(HOLE));
  // An ending alone fits every template.
  const written = parts.some((part) => /[\w-]{3}/.test(part.replace(/\.\w+$/, '')));
  if (!written || parts.length > MOST_HOLES + 1) return false;
  const pattern = parts
    .map(escaped)
    .join('[\\w.-]+')
    .replace(/^(?:\\\.{1,2}\\\/)+|^\\\//, '');
  return new RegExp(`(?:^|/)${pattern}(?:\\.\\w+)*$`).test(path);
}
