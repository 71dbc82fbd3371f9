// The programs of an experiment, each with all it imports in one place: started by the thousand, reading some four hundred modules one by one is what costs most.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const SOURCES = {
  planner: path('../../services/planner/src/main.ts'),
  toolgate: path('../../services/toolgate/src/main.ts'),
  tools: path('tool-main.ts'),
  worker: path('worker-main.ts'),
  'keep-compiled': path('keep-compiled.ts'),
};

export type Programs = {
  /** What node is to be started with. */
  args: (program: Exclude<keyof typeof SOURCES, 'keep-compiled'>) => string[];
  env: Record<string, string>;
};

/** From the very sources that ship, unchanged but for the imports. */
export async function buildPrograms(folder: string): Promise<Programs> {
  const outDir = join(folder, 'programs');
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    plugins: [{ name: 'where-it-stood', enforce: 'pre', transform: (code, id) => code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)) }],
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: { input: SOURCES, output: { entryFileNames: '[name].mjs' } },
    },
  });
  const built = (name: string) => join(outDir, `${name}.mjs`);
  return {
    args: (program) => ['--import', pathToFileURL(built('keep-compiled')).href, built(program)],
    env: { NODE_COMPILE_CACHE: join(folder, 'compile-cache') },
  };
}
