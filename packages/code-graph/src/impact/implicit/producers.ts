// What a file gives to other processes: routes, messages, remote calls, rows of tables, files, things registered with a container, parts of templates. Who takes it is asked of the same detectors. Pure.
import { type Answer, type Candidate, type Detector, type Signal, signalsOf, withoutComments } from './detector.ts';
import { EVERYWHERE, readsFile } from './file-read.ts';
import { graphql } from './graphql.ts';
import { route } from './route.ts';
import { rpc } from './rpc.ts';
import { rpcMethod } from './rpc-method.ts';
import { subject } from './subject.ts';
import { isRowsOfTable, table } from './table.ts';
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

/** Rows written, for whoever reads the table. */
const rows: Detector = { ...table, signals: (source, path) => table.signals(source, path).filter(({ name }) => isRowsOfTable(name)) };

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
    const said = candidate.source
      .split('\n')
      .slice(Math.max(0, found.line - 2), found.line + 1)
      .join('\n');
    return OPENS.test(said) ? { ...found, confidence: Math.min(found.confidence, 0.6), text: `reads ${name}, which it writes` } : null;
  },
  additionsMatter: true,
  blocks: true,
};

export const PRODUCERS: readonly Detector[] = [route, published, rpc, rpcMethod, graphql, rows, files, provided, template];
