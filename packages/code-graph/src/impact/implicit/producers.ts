// What a file gives to other processes: routes, messages, remote calls, rows of tables, files, things registered with a container, parts of templates. Who takes it is asked of the same detectors. Pure.
import { type Answer, type Candidate, type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';
import { EVERYWHERE, readsFile } from './file-read.ts';
import { graphql } from './graphql.ts';
import { route } from './route.ts';
import { rpc } from './rpc.ts';
import { rpcMethod } from './rpc-method.ts';
import { subject } from './subject.ts';
import { table } from './table.ts';
import { template } from './template.ts';
import { provided } from './tokens.ts';

const SENDS = /(?:publish|emit|send|produce|enqueue|dispatch|xadd|lpush|rpush|broadcast|add_job|trigger|delay|apply_async|request)\w*\s*(?:<[^>]*>)?\(/i;

/** Sent in a call, and taken where it is said to be: a subject that is only named, as in a list of all, would tie everything together. */
const published: Detector = {
  ...subject,
  signals: (source, path) => subject.signals(source, path).filter(({ text }) => SENDS.test(text)),
  answer(name, candidate, changed) {
    const found = subject.answer(name, candidate, changed);
    return found?.text.startsWith('consumes') ? found : null;
  },
};

const QUOTE = '["\'`\\[]?';
const ROWS = new RegExp(
  `\\b(?:INSERT\\s+(?:OR\\s+\\w+\\s+)?INTO|REPLACE\\s+INTO|MERGE\\s+INTO|DELETE\\s+FROM|UPDATE)\\s+(?:ONLY\\s+)?(?:${QUOTE}\\w+${QUOTE}\\.)?${QUOTE}(\\w{3,})|\\b(?:table|from|into|knex|db)\\w*\\(\\s*["'\`](\\w{3,})["'\`]\\s*\\)\\s*\\.(?:insert|update|upsert|delete|del)\\b`,
  'gi',
);
/** `ON CONFLICT DO UPDATE SET` and the like name no table. */
const NO_TABLE = /^(set|from|where|only|into|values|select|the|and|for)$/i;
const readsRows = (name: string): RegExp => {
  const n = escaped(name);
  return new RegExp(`(?<!DELETE\\s{1,9})\\b(?:FROM|JOIN)\\s+(?:ONLY\\s+)?(?:${QUOTE}\\w+${QUOTE}\\.)?${QUOTE}${n}\\b|(?:table|from|knex|db|Table)\\w*\\(\\s*["'\`]${n}["'\`]`, 'i');
}; // prettier-ignore

/** Rows written, for whoever reads the table. */
const rows: Detector = {
  kind: 'table',
  signals: (source): Signal[] =>
    signalsOf(withoutComments(source), ROWS, (match) => [match[1], match[2]].find((name) => name !== undefined && !NO_TABLE.test(name))),
  needle: table.needle,
  answer(name, { source }): Answer | null {
    const found = firstLine(withoutComments(source), readsRows(name));
    return found && { line: found.line, confidence: 0.8, text: `reads the table ${name}` };
  },
  additionsMatter: true,
  blocks: true,
};

const FILE = `["'\`]([\\w./-]*\\w\\.[a-z]\\w{1,9})["'\`]`;
const WRITTEN = new RegExp(
  [
    `\\b(?:writeFile|writeFileSync|createWriteStream|appendFile|appendFileSync|outputFile|outputJson|writeJson|WriteFile|Create|to_csv|to_json|to_parquet|copyFile|copyFileSync|rename|renameSync)\\([^;\\n]{0,120}?${FILE}`,
    `\\bopen\\([^;\\n]{0,120}?${FILE}\\)?\\s*,\\s*(?:mode\\s*=\\s*)?["'][wax]`,
    `${FILE}\\)?\\.write_(?:text|bytes)\\(`,
  ].join('|'),
  'g',
);
const OPENS = /read|load|open\(|parse|require|import|fetch|stream|from_/i;

/** Files written when a program runs, for whoever reads them. */
const files: Detector = {
  kind: 'file-read',
  signals: (source): Signal[] =>
    signalsOf(withoutComments(source), WRITTEN, (match) => match.slice(1).find((name) => name !== undefined && !EVERYWHERE.test(name.split('/').at(-1) ?? ''))),
  needle: (name) => name.split('/').at(-1) ?? null,
  answer(name, candidate: Candidate): Answer | null {
    const found = readsFile(name, candidate);
    if (!found) return null;
    const said = candidate.source.split('\n').slice(Math.max(0, found.line - 2), found.line + 1).join('\n'); // prettier-ignore
    return OPENS.test(said) ? { ...found, confidence: Math.min(found.confidence, 0.6), text: `reads ${name}, which it writes` } : null;
  },
  additionsMatter: true,
  blocks: true,
};

export const PRODUCERS: readonly Detector[] = [route, published, rpc, rpcMethod, graphql, rows, files, provided, template];
