// What each test executes, by V8's precise coverage of this process.
import { appendFileSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { executed, type ScriptCoverage } from './executed.ts';

/** Writes coverage lines of the files below `root` to `out`; each call of the answer takes what ran since the one before. */
export function startCoverage(root: string, out: string): (test: string) => void {
  const session = new Session();
  const sources = new Map<string, string>();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return (test) => {
    let scripts: ScriptCoverage[] = [];
    session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error) throw error;
      scripts = result;
    });
    let text = '';
    for (const script of scripts) {
      const path = script.url.startsWith('file:') ? fileURLToPath(script.url) : script.url;
      const file = path.slice(root.length + 1);
      if (!path.startsWith(`${root}/`) || /node_modules\/|^test/.test(file)) continue;
      const source = sources.get(path) ?? readFileSync(path, 'utf8');
      sources.set(path, source);
      const done = executed(source, script);
      if (done.lines.length > 0) text += `${JSON.stringify({ test, file, ...done })}\n`;
    }
    appendFileSync(out, text);
  };
}
