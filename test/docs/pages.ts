// The pages of documentation and what is in them: blocks, commands, links, mentions of awo.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

export type Page = { file: string; text: string };
export type Block = { file: string; line: number; language: string; text: string };
export type Command = { file: string; line: number; command: string };

const markdownIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => join(folder, name));
const readmesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .map((name) => join(folder, name, 'README.md'))
    .filter((file) => existsSync(join(ROOT, file)));
const page = (file: string): Page => ({ file, text: readFileSync(join(ROOT, file), 'utf8') });

/** What a newcomer reads, in reading order; every `sh` block in them is run. */
export const guides = (): Page[] => ['README.md', 'CONTRIBUTING.md', ...markdownIn('docs')].map(page);
/** The same and everything else that links. */
export const pages = (): Page[] => [
  ...guides(),
  ...['CHANGELOG.md', 'examples/README.md', ...markdownIn('docs/decisions'), ...readmesIn('packages'), ...readmesIn('services')].map(page),
];

/** Fenced blocks. Pure. */
export function blocksOf({ file, text }: Page): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (!fence) {
      if (open) open.text += `${line}\n`;
    } else if (open) {
      blocks.push(open);
      open = undefined;
    } else {
      open = { file, line: index + 2, language: fence[1] ?? '', text: '' };
    }
  }
  if (open) throw new Error(`${file}:${open.line}: this block is not closed`);
  return blocks;
}

/** The lines of `sh` blocks without their comments, each once. Pure. */
export function commandsOf(list: readonly Page[]): Command[] {
  const found = list
    .flatMap(blocksOf)
    .filter((block) => block.language === 'sh')
    .flatMap((block) => block.text.split('\n').map((line, i) => ({ file: block.file, line: block.line + i, command: line.replace(/\s+#.*$/, '').trim() })))
    .filter(({ command }) => command !== '' && !command.startsWith('#'));
  return found.filter((one, i) => found.findIndex((other) => other.command === one.command) === i);
}

export type Link = { file: string; target: string; path: string; anchor: string | undefined };

/** Links to files of the checkout. Pure. */
export function linksOf({ file, text }: Page): Link[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { file, target, path: relative(ROOT, resolve(ROOT, path === '' ? file : join(dirname(file), path))), anchor };
    });
}

/** The anchors that a page has, as GitHub makes them from its headings. Pure. */
export const anchorsOf = ({ text }: Page): string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Every `awo …` in code, whether or not it is run: first word and options. Pure. */
export function mentionsOf({ file, text }: Page): { file: string; command: string; options: string[] }[] {
  const spans = [...text.matchAll(/`((?:npx )?awo [^`\n]+)`/g)].map(([, code = '']) => code);
  const lines = text.split('\n').flatMap((line) => /^(?: {4,}|\$ )?((?:npx )?awo .*)$/.exec(line)?.[1] ?? []);
  return [...spans, ...lines].flatMap((code) => {
    const [own = ''] = code.replace(/\s+#.*$/, '').split(' -- ');
    return own.split(/\\\||, (?=awo )/).flatMap((one) => {
      const words = one
        .replace(/^npx /, '')
        .split(/[\s[\]"'()]+/)
        .filter(Boolean);
      const command = words[0] === 'awo' ? words.slice(1).find((word) => !word.startsWith('-')) : undefined;
      return command === undefined || !/^[a-z]+$/.test(command) ? [] : [{ file, command, options: words.filter((word) => /^--[a-z]/.test(word)) }];
    });
  });
}
