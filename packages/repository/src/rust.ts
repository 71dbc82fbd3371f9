// The Rust reader: crates, the ones that serve, suites. Pure.
import { parse as parseToml, TomlError } from 'smol-toml';
import { z } from 'zod';
import { shortName } from './naming.ts';
import { dirOf, ownerOf, relative, within } from './paths.ts';
import { emptyReading, type Reading } from './reading.ts';
import { isTest, lineAt, type Snapshot } from './snapshot.ts';
import { findPortRead } from './source-signs.ts';

const Dependencies = z.record(z.string(), z.unknown()).catch({}).optional();
const Manifest = z.looseObject({
  package: z.looseObject({ name: z.string() }).optional(),
  workspace: z.looseObject({ members: z.array(z.string()).optional(), dependencies: Dependencies }).optional(),
  dependencies: Dependencies,
  'dev-dependencies': Dependencies,
  'build-dependencies': Dependencies,
});
const Local = z.looseObject({ path: z.string().optional(), workspace: z.boolean().optional() });
const SERVES = /\b(axum|actix_web|warp|rocket|hyper|tide|poem|salvo)::|#\[(launch|actix_web::main)\]|TcpListener::bind/;

export function readRust(snapshot: Snapshot): Reading {
  const reading = emptyReading();
  const crates = snapshot.named('Cargo.toml').flatMap((path) => {
    const text = snapshot.text(path) ?? '';
    try {
      const toml = Manifest.parse(parseToml(text));
      return [{ dir: dirOf(path), path, text, toml, name: toml.package?.name ?? dirOf(path) }];
    } catch (error) {
      reading.findings.push({
        about: dirOf(path),
        what: 'manifest',
        value: path,
        at: `${path}:${error instanceof TomlError ? error.line : 1}`,
        level: 'error',
        hint: `It cannot be read: ${String(error).split('\n')[0]?.slice(0, 160)}.`,
      });
      return [{ dir: dirOf(path), path, text, toml: Manifest.parse({}), name: dirOf(path) }];
    }
  });
  const dirs = new Set(crates.map(({ dir }) => dir));
  const roots = new Set(crates.filter(({ toml }) => toml.workspace).map(({ dir }) => dir));
  for (const { dir, path, text, toml, name } of crates) {
    const dependsOn = Object.entries({ ...toml.dependencies, ...toml['dev-dependencies'], ...toml['build-dependencies'] }).flatMap(([dependency, value]) => {
      const local = Local.safeParse(value);
      const near = local.success ? local.data.path : undefined;
      const target =
        near === undefined ? crates.find((c) => c.dir !== dir && c.name === dependency && local.success && local.data.workspace)?.dir : within(dir, near);
      return target !== undefined && dirs.has(target)
        ? [{ unit: target, at: lineAt(path, text, new RegExp(`^\\s*"?${dependency}"?(\\.workspace)?\\s*=`, 'm')) }]
        : [];
    });
    reading.packages.push({ dir, kind: 'cargo', name, manifest: path, dependsOn });
    if (!toml.package) continue;
    const install: Reading['toolchains'][number]['install'] = [];
    reading.toolchains.push({ dir, language: 'rust', install });
    const files = snapshot.sources(dir, /\.rs$/).filter((file) => ownerOf(file.path, dirs) === dir);
    const code = files.filter((file) => !isTest(file.path));
    const main = code.find((file) => file.path === within(dir, 'src/main.rs'));
    const port = findPortRead(code);
    if (main && port && code.some((file) => SERVES.test(file.text))) {
      // Crates of a workspace share the workspace's target directory.
      const workspace = ownerOf(dir, roots) ?? dir;
      const binary = within(relative(dir, workspace), `target/release/${name}`);
      const locked = snapshot.has(within(workspace, 'Cargo.lock')) ? ['--locked'] : [];
      reading.services.push({
        names: [name, shortName(dir)],
        dir,
        language: 'rust',
        install,
        build: [{ dir, command: ['cargo', 'build', '--release', ...locked, '--bin', name] }],
        start: [binary],
        env: {},
        at: port.at,
        sources: [main, ...code.filter((file) => file !== main)],
        guess: false,
      });
    }
    const test = files.find((file) => /#\[(?:\w+::)?test\b/.test(file.text));
    if (test)
      reading.suites.push({ unit: dir, dir, command: ['cargo', 'test'], runner: 'cargo', install, at: lineAt(test.path, test.text, /#\[(?:\w+::)?test\b/) });
  }
  return reading;
}
