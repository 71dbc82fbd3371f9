// Go modules: go.mod and go.work, and which modules of the repository each one uses. Pure.
import { dirOf, ownerOf, relative, within } from './paths.ts';
import type { Package } from './reading.ts';
import { lineAt, type Snapshot, type SourceFile } from './snapshot.ts';

export type GoModule = Package & { path: string; /** Whether it needs modules from outside. */ external: boolean };

const REQUIRE = /^\s*(?:require\s+)?([^\s()/"]+\.[^\s()"]*|[a-z][^\s()"]*)\s+v[^\s]+/;

/** Reads every go.mod. A sibling that is required, replaced or named by go.work together with it is a dependency. */
export function readGoModules(snapshot: Snapshot): GoModule[] {
  const modules = snapshot.named('go.mod').map((file): GoModule => {
    const dir = dirOf(file);
    const path = /^module\s+"?([^\s"]+)/m.exec(snapshot.text(file) ?? '')?.[1] ?? dir;
    return { dir, kind: 'go', name: path, manifest: file, dependsOn: [], path, external: false };
  });
  const byPath = new Map(modules.map((m) => [m.path, m]));
  const byDir = new Map(modules.map((m) => [m.dir, m]));
  for (const module of modules) {
    const file = module.manifest ?? '';
    const text = snapshot.text(file) ?? '';
    const add = (target: GoModule | undefined, offset: number) => {
      if (target && target !== module && !module.dependsOn.some(({ unit }) => unit === target.dir))
        module.dependsOn.push({ unit: target.dir, at: lineAt(file, text, offset) });
    };
    let offset = 0;
    for (const line of text.split('\n')) {
      const code = line.replace(/\/\/.*$/, '');
      const local = /=>\s*"?(\.{1,2}\/?[^\s"]*)/.exec(code)?.[1];
      const required = code.includes('=>') || /^\s*(module|go|toolchain|exclude|retract)\b/.test(code) ? undefined : REQUIRE.exec(code)?.[1];
      if (local !== undefined) add(byDir.get(within(module.dir, local)), offset);
      if (required !== undefined && byPath.has(required)) add(byPath.get(required), offset);
      else if (required !== undefined) module.external = true;
      offset += line.length + 1;
    }
    // With go.work a module uses its neighbour without naming it in go.mod.
    for (const source of usesWorkspace(snapshot, module) ? ownGoFiles(snapshot, module, modules) : []) {
      for (const match of source.text.matchAll(/^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"\s]+)"/gm)) {
        const target = modules.find((m) => m !== module && (match[1] === m.path || match[1]?.startsWith(`${m.path}/`)));
        if (target && !module.dependsOn.some(({ unit }) => unit === target.dir))
          module.dependsOn.push({ unit: target.dir, at: lineAt(source.path, source.text, match.index) });
      }
    }
  }
  return modules;
}

const usesWorkspace = (snapshot: Snapshot, module: GoModule): boolean =>
  snapshot.named('go.work').some((file) => {
    const inner = relative(dirOf(file), module.dir);
    return new RegExp(`(^|\\s)"?(\\./)?${inner.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/?"?\\s*$`, 'm').test(snapshot.text(file) ?? '');
  });

/** The Go files of a module, without those of modules inside it. */
export function ownGoFiles(snapshot: Snapshot, module: GoModule, modules: readonly GoModule[]): SourceFile[] {
  const dirs = new Set(modules.map(({ dir }) => dir));
  return snapshot.sources(module.dir, /\.go$/).filter(({ path }) => ownerOf(path, dirs) === module.dir);
}
