// The process behind isolated-parser.ts: takes one source at a time, answers with what it imports. Ends with its parent.
import type { ParseRequest } from './isolated-parser.ts';
import { parseComponent, parseJs } from './parse-js.ts';

process.on('message', ({ source, ending }: ParseRequest) => {
  process.send?.(ending === 'component' ? parseComponent(source) : parseJs(source, ending));
});
process.on('disconnect', () => process.exit(0));
