// Start commands that a Procfile or a Dockerfile names: the author's own word on how a directory is run. Pure.
import type { Finding } from '@awo/contracts';
import { z } from 'zod';
import { type CommandLine, splitCommand } from './command-line.ts';
import { shortName } from './naming.ts';
import { runBinary } from './node-install.ts';
import { dirOf, ownerOf, within } from './paths.ts';
import type { ServiceDraft, Toolchain } from './reading.ts';
import { isTest, lineAt, type Snapshot } from './snapshot.ts';
import { findPortRead } from './source-signs.ts';

type Named = CommandLine & { dir: string; at: string; from: 'Procfile' | 'Dockerfile'; sign: boolean };

/** Adds what Procfiles and Dockerfiles say to the services found so far, and returns the whole list. */
export function withDeclaredStarts(
  snapshot: Snapshot,
  services: readonly ServiceDraft[],
  toolchains: readonly Toolchain[],
  findings: Finding[],
): ServiceDraft[] {
  const result = [...services];
  for (const named of [...procfiles(snapshot, findings), ...dockerfiles(snapshot, findings)]) {
    const here = result.filter((s) => s.dir === named.dir);
    const [first] = here;
    // Several programs in one directory: it cannot be told which of them is meant, and each has a start of its own.
    if (here.length > 1) continue;
    if (first && named.from === 'Dockerfile') {
      findings.push({ about: first.names[0] ?? named.dir, what: 'start (Dockerfile)', value: named.argv.join(' '), at: named.at, level: 'found' });
      continue;
    }
    const toolchain = first
      ? { dir: first.dir, language: first.language, install: first.install, ...pick(toolchains, named.dir) }
      : pick(toolchains, named.dir);
    const start = onThisMachine(snapshot, named, toolchain);
    if (!start) continue;
    if (first) {
      Object.assign(first, { start, env: { ...first.env, ...named.env }, at: named.at, guess: false });
      // Commands of the ecosystem's own tools (npm run, go build) stay as they were found.
      continue;
    }
    const sources = snapshot.sources(named.dir, /\.([cm]?[jt]sx?|go|py|rs|java|kt)$/).filter(({ path }) => !isTest(path));
    if (!named.sign && findPortRead(sources) === null) {
      findings.push({
        about: named.dir,
        what: 'service',
        value: start.join(' '),
        at: named.at,
        level: 'missing',
        hint: 'Nothing in its sources reads PORT, so it would listen on a fixed port. Take the port from the environment.',
      });
      continue;
    }
    const { PORT: _fixed, ...env } = named.env;
    result.push({
      names: [shortName(named.dir)],
      dir: named.dir,
      language: toolchain?.language ?? languageOf(start),
      install: toolchain?.install ?? [],
      build: [],
      start,
      env,
      at: named.at,
      sources,
      guess: !named.sign,
    });
  }
  return result;
}

const pick = (toolchains: readonly Toolchain[], dir: string): Toolchain | undefined => {
  const owner = ownerOf(
    dir,
    toolchains.map((t) => t.dir),
  );
  return toolchains.find((t) => t.dir === owner);
};

function* procfiles(snapshot: Snapshot, findings: Finding[]): Generator<Named> {
  for (const path of snapshot.named('Procfile')) {
    const text = snapshot.text(path) ?? '';
    const line = /^web:[ \t]*(.+)$/m.exec(text);
    if (!line?.[1]) continue;
    const at = lineAt(path, text, line.index);
    const command = splitCommand(line[1].trim());
    if (command) yield { ...command, dir: dirOf(path), at, from: 'Procfile', sign: true };
    else
      findings.push({
        about: dirOf(path),
        what: 'start (Procfile)',
        value: line[1].trim(),
        at,
        level: 'missing',
        hint: 'It needs a shell, which is not used here. Give services.NAME.start in awo.yaml one command.',
      });
  }
}

function* dockerfiles(snapshot: Snapshot, findings: Finding[]): Generator<Named> {
  for (const path of snapshot.named('Dockerfile')) {
    if (isTest(path)) continue;
    const text = (snapshot.text(path) ?? '').replace(/\\\r?\n/g, (fold) => ' '.repeat(fold.length - 1) + '\n');
    const lines = (snapshot.text(path) ?? '').split('\n');
    // Only the last stage is run.
    const from = lines.findLastIndex((line) => /^\s*FROM\b/i.test(line));
    const last = (word: string) => lines.findLastIndex((line, i) => i > from && new RegExp(`^\\s*${word}\\b`, 'i').test(line));
    const exposes = last('EXPOSE') >= 0 || /^\s*ENV\s+PORT\b/im.test(text);
    const [entry, cmd] = [last('ENTRYPOINT'), last('CMD')];
    const at = `${path}:${(cmd >= 0 ? cmd : entry) + 1}`;
    const parts = [entry, cmd].filter((i) => i >= 0).map((i) => instruction(lines, i));
    if (parts.length === 0 || !exposes) continue;
    const complete = parts.every((part) => part !== null) ? parts.flatMap((part) => part?.argv ?? []) : [];
    const line = parts.at(-1);
    if (complete.length > 0 && line) yield { env: line.env, argv: complete, dir: dirOf(path), at, from: 'Dockerfile', sign: false };
    else
      findings.push({
        about: dirOf(path),
        what: 'start (Dockerfile)',
        value: (lines[cmd >= 0 ? cmd : entry] ?? '').trim(),
        at,
        level: 'missing',
        hint: 'It needs a shell, which is not used here. Give services.NAME.start in awo.yaml one command.',
      });
  }
}

function instruction(lines: readonly string[], start: number): CommandLine | null {
  let text = '';
  for (let i = start; i < lines.length; i++) {
    const line = lines[i] ?? '';
    text += line.replace(/\\\s*$/, ' ');
    if (!/\\\s*$/.test(line)) break;
  }
  const body = text.replace(/^\s*\w+\s+/, '').trim();
  if (!body.startsWith('[')) return splitCommand(body);
  try {
    const argv = z.array(z.string()).safeParse(JSON.parse(body));
    if (!argv.success) return null;
    // ["sh", "-c", "node server.js"] is one command in a coat.
    const [shell = '', flag, line] = argv.data;
    return /(^|\/)(ba)?sh$/.test(shell) && flag === '-c' && line !== undefined
      ? splitCommand(line)
      : { env: {}, argv: argv.data.map((arg) => arg.replace(/\$\{PORT(?::?-[^}]*)?\}/g, '$PORT')) };
  } catch {
    return null;
  }
}

/** Arguments as they work in a work tree: loopback, the installed interpreter, files that exist; null where a file exists only in the image. */
function onThisMachine(snapshot: Snapshot, { argv, dir }: Named, toolchain: Toolchain | undefined): string[] | null {
  const [binary = '', ...rest] = argv;
  const args = rest.map((arg) => arg.replace(/\b0\.0\.0\.0\b/g, '127.0.0.1').replace(/^\[::\]:/, '127.0.0.1:'));
  const name = binary.replace(/^.*\//, '');
  const python = toolchain?.python ?? 'python3';
  if (/^(gunicorn|uvicorn|hypercorn|waitress-serve|flask|daphne|streamlit|fastapi)$/.test(name))
    return [python, '-m', name.replace('waitress-serve', 'waitress'), ...withPort(name, args)];
  if (/^python[\d.]*$/.test(name)) return exists(snapshot, dir, args) ? [python, ...args.filter((arg) => arg !== '-u')] : null;
  if (/^(node|bun|deno)$/.test(name)) return exists(snapshot, dir, args) ? [name, ...args] : null;
  if (/^(npm|pnpm|yarn|npx|java|ruby|bundle|rails|php|dotnet|mvn|gradle|cargo|make)$/.test(name)) return [name, ...args];
  if (snapshot.has(within(dir, binary.replace(/^\/app\//, '')))) return [`./${binary.replace(/^\/app\//, '').replace(/^\.\//, '')}`, ...args];
  // A name without a path may be a package's own binary; a path that is not committed is built in the image.
  return toolchain?.manager && !binary.includes('/') ? [...runBinary(toolchain.manager, name), ...args] : null;
}

const exists = (snapshot: Snapshot, dir: string, args: readonly string[]): boolean => {
  const file = args.find((arg) => /\.([cm]?[jt]s|py)$/.test(arg));
  return file === undefined || snapshot.has(within(dir, file.replace(/^\/(app|usr\/src\/app|srv|code)\//, '')));
};

/** Servers that would listen on their own default where no port is named. */
function withPort(name: string, args: string[]): string[] {
  if (args.some((arg) => arg.includes('$PORT'))) return args;
  const without = (flags: string[]) =>
    args.filter(
      (arg, i) => !flags.includes(arg) && !flags.includes(args[i - 1] ?? '') && !flags.some((flag) => flag.startsWith('--') && arg.startsWith(`${flag}=`)),
    );
  if (name === 'gunicorn' || name === 'hypercorn') return [...without(['-b', '--bind']), '--bind', '127.0.0.1:$PORT'];
  if (name === 'uvicorn' || name === 'flask' || name === 'fastapi')
    return [...without(['--host', '--port', '-p', '-h']), '--host', '127.0.0.1', '--port', '$PORT'];
  return args;
}

const languageOf = ([binary = '']: string[]): ServiceDraft['language'] =>
  /^(node|npm|pnpm|yarn|npx)$/.test(binary) ? 'node' : /python/.test(binary) ? 'python' : binary === 'java' ? 'java' : 'other';
