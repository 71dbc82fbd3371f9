// Keys of configuration files, and code that reads them by name. Pure.
import { basename } from '../../classify.ts';
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const DATA = /\.(ya?ml|json5?|jsonc|toml|ini|cfg|conf|properties)$/;
const NOT_CONFIG =
  /(^|\/)(package(-lock)?\.json|[jt]sconfig[^/]*|pnpm-[^/]*|openapi[^/]*|swagger[^/]*|docker-compose[^/]*|compose[^/]*|\.github\/.*|Chart\.yaml)$/;
const KEY = /^[ \t]*(?:-[ \t]+)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*[:=]|[{,][ \t]*["']([A-Za-z_][\w.-]*)["'][ \t]*:/gm;
/** Settings of Laravel: a list that a file returns, said by its name and the key. */
const PHP = /(?:^|\/)config\/([\w-]+)\.php$/;
const PHP_KEY = /^[ \t]*["']([A-Za-z_][\w.-]*)["'][ \t]*=>/gm;
/** Words that are keys everywhere: alone they tell nothing. */
const COMMON = new Set(
  'name type value values id key keys host port url path title description version enabled default data items list env image labels metadata spec kind status message code text size width height color order index file files dir root user users password token test tests src main include exclude options config settings args command run on'.split(
    ' ',
  ),
);

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const distinctive = (name: string): boolean => name.length >= 5 && !COMMON.has(name.toLowerCase());

export const configKey: Detector = {
  kind: 'config-key',
  signals(source, path): Signal[] {
    const list = PHP.exec(path)?.[1];
    if (list !== undefined) return signalsOf(source, PHP_KEY, (match) => `${list}.${match[1]}`);
    if (!DATA.test(path) || NOT_CONFIG.test(path)) return [];
    return signalsOf(source, KEY, (match) => match[1] ?? match[2]);
  },
  needle: (name) => (last(name).length >= 3 ? last(name) : null),
  answer(name, { path, source, sameUnit }, changed) {
    if (DATA.test(path) || /\.(md|lock)$/.test(path)) return null;
    const key = escaped(last(name));
    const text = withoutComments(source);
    const namesFile = source.includes(basename(changed.path));
    const used = firstLine(text, new RegExp(`[.?]${key}\\b|["'\`](?:[\\w.:-]*[.:])?${key}["'\`]|[{,]\\s*${key}\\s*[,}:=]`));
    if (!used) return null;
    if (namesFile) return { line: used.line, confidence: 0.9, text: `reads the key ${name} and names ${basename(changed.path)}` };
    const inFull = name.includes('.') ? firstLine(text, new RegExp(`["'\`]${escaped(name)}["'\`]`)) : null;
    if (inFull) return { line: inFull.line, confidence: 0.8, text: `reads the key ${name}` };
    if (!distinctive(last(name))) return null;
    const about = new RegExp(
      `(?:config|settings?|conf|cfg|options|opts|viper|props|flags?|features?)\\w*["'\`)\\]?]*(?:[.[(].{0,60})?${key}\\b|["'\`][\\w-]+\\.${key}["'\`]`,
      'i',
    ).test(text);
    return about
      ? { line: used.line, confidence: 0.7, text: `reads the configuration key ${name}` }
      : changed.gone || sameUnit
        ? { line: used.line, confidence: 0.5, text: `uses the name ${name}` }
        : null;
  },
  additionsMatter: false,
  blocks: false,
};
