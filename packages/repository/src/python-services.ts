// Python services: the usual entry files and frameworks, each with the arguments that make it listen on PORT. Pure.
import type { Finding } from '@awo/contracts';
import { shortName } from './naming.ts';
import { dirOf, relative } from './paths.ts';
import type { PythonToolchain } from './python-install.ts';
import type { ServiceDraft } from './reading.ts';
import { lineAt, type Snapshot, type SourceFile } from './snapshot.ts';
import { findPortRead } from './source-signs.ts';

/** Entry files, best first; the directory may be the package's own, `src`, `app` or one package inside. */
const ENTRY_NAMES = ['main.py', 'app.py', 'server.py', 'run.py', 'api.py', 'service.py', '__main__.py', 'asgi.py', 'wsgi.py', 'manage.py', '__init__.py'];
const RUNS =
  /\.serve_forever\(|\buvicorn\.run\(|\bweb\.run_app\(|\b\w*app\.run\(|\bwaitress\.serve\(|\bserve\(|\.listen\(|\brun\(\s*(?:app|host|server)|run_simple\(|make_server\(|start_server\(|hypercorn|HTTPServer\(/;
const ASGI = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(?:FastAPI|Starlette|Quart|Litestar|BlackSheep)\(/m;
const FLASK = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?Flask\(/m;
const FIXED_PORT = /\bport\s*=\s*(\d{2,5})\b|\(\s*["'][^"']*["']\s*,\s*(\d{4,5})\s*\)/;

type PythonEntry = { argv: string[]; entry: SourceFile; at: string; guess: boolean };

/** The service whose entry lies in `dir`, or null. */
export function pythonService(
  snapshot: Snapshot,
  dir: string,
  sources: SourceFile[],
  toolchain: PythonToolchain,
  names: string[],
  findings: Finding[],
): ServiceDraft | null {
  const entries = sources
    .filter(({ path }) => ENTRY_NAMES.includes(path.slice(path.lastIndexOf('/') + 1)) && relative(dir, dirOf(path)).split('/').length <= 2)
    .sort((a, b) => depth(a.path) - depth(b.path) || ENTRY_NAMES.indexOf(shortName(a.path)) - ENTRY_NAMES.indexOf(shortName(b.path)));
  const port = findPortRead(sources);
  for (const entry of entries) {
    const start = startOf(snapshot, dir, entry, sources, port !== null, toolchain);
    if (start)
      return {
        names,
        dir,
        language: 'python',
        install: toolchain.install,
        build: [],
        start: start.argv,
        env: {},
        at: start.at,
        sources: [entry, ...sources.filter((s) => s !== entry)],
        guess: start.guess,
      };
  }
  const fixed = entries.find(({ text }) => RUNS.test(text) && FIXED_PORT.test(text));
  if (fixed) {
    const value = FIXED_PORT.exec(fixed.text)?.slice(1).find(Boolean) ?? '';
    findings.push({
      about: dir,
      what: 'service',
      value: `listens on the fixed port ${value}`,
      at: lineAt(fixed.path, fixed.text, FIXED_PORT),
      level: 'missing',
      hint: `Two revisions cannot run side by side on one port. Take it from the environment: int(os.environ.get("PORT", "${value}")).`,
    });
  }
  return null;
}

const depth = (path: string): number => path.split('/').length;

function startOf(
  snapshot: Snapshot,
  dir: string,
  entry: SourceFile,
  sources: SourceFile[],
  readsPort: boolean,
  { python, has }: PythonToolchain,
): PythonEntry | null {
  const { path, text } = entry;
  const file = relative(dir, path);
  const { module, options } = moduleOf(snapshot, dir, path);
  const found = (argv: string[], sign: RegExp, guess = false): PythonEntry => ({ argv: [python, ...argv], entry, at: lineAt(path, text, sign), guess });
  const gunicorn = (target: string, worker: string[] = []) => [
    '-m',
    'gunicorn',
    ...(options ? ['--pythonpath', options] : []),
    target,
    ...worker,
    '--bind',
    '127.0.0.1:$PORT',
  ];

  if (file.endsWith('manage.py') && /django/i.test(text)) {
    const wsgi = sources.find((s) => s.path.endsWith('/wsgi.py') && /get_wsgi_application/.test(s.text));
    if (wsgi && has('gunicorn')) return found(gunicorn(`${moduleOf(snapshot, dir, wsgi.path).module}:application`), /django/i);
    return found([file, 'runserver', '127.0.0.1:$PORT', '--noreload'], /django/i);
  }
  // A file that runs itself on PORT needs nobody to run it.
  const runs = RUNS.test(text) && !file.endsWith('__init__.py');
  if (runs && (findPortRead([entry]) !== null || (readsPort && !FIXED_PORT.test(text)))) {
    return found(file.endsWith('__main__.py') && file.includes('/') ? ['-m', module.replace(/\.__main__$/, '')] : [file], RUNS);
  }
  const asgi = ASGI.exec(text)?.[1];
  if (asgi !== undefined)
    return found(['-m', 'uvicorn', ...(options ? ['--app-dir', options] : []), `${module}:${asgi}`, '--host', '127.0.0.1', '--port', '$PORT'], ASGI);
  const flask = FLASK.exec(text)?.[1];
  if (flask !== undefined) {
    return found(
      has('gunicorn')
        ? gunicorn(`${module}:${flask}`)
        : [
            '-m',
            'flask',
            '--app',
            options ? `${options}/${module.replaceAll('.', '/')}:${flask}` : `${module}:${flask}`,
            'run',
            '--host',
            '127.0.0.1',
            '--port',
            '$PORT',
          ],
      FLASK,
    );
  }
  const factory = /^def (create_app|make_app)\(/m.exec(text)?.[1];
  if (factory !== undefined && /\bFlask\(/.test(text)) {
    return found(
      has('gunicorn') ? gunicorn(`${module}:${factory}()`) : ['-m', 'flask', '--app', `${module}:${factory}`, 'run', '--host', '127.0.0.1', '--port', '$PORT'],
      /^def (create_app|make_app)\(/m,
    );
  }
  if (file.endsWith('wsgi.py') && has('gunicorn')) {
    const name = /^(application|app)\s*=/m.exec(text)?.[1] ?? /import\s+(?:\w+\s+as\s+)?(application|app)\b/.exec(text)?.[1];
    if (name !== undefined) return found(gunicorn(`${module}:${name}`), /\b(application|app)\b/, true);
  }
  return null;
}

/** The dotted name of a file as the service imports it; `options`: the source directory where it is not the working directory. */
function moduleOf(snapshot: Snapshot, dir: string, path: string): { module: string; options: string | null } {
  const inner = relative(dir, path)
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '');
  const src = inner.startsWith('src/') && !snapshot.has(`${dir === '.' ? '' : `${dir}/`}src/__init__.py`);
  return { module: (src ? inner.slice(4) : inner).replaceAll('/', '.'), options: src ? 'src' : null };
}
