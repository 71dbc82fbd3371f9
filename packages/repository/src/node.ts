// The Node reader: packages, services and suites of every package.json, and of scripts that have none. Pure.
import { type NodeToolchain, nodeToolchain } from './node-install.ts';
import { type NodePackage, readNodePackages } from './node-packages.ts';
import { nodeService } from './node-services.ts';
import { nodeSuite } from './node-suites.ts';
import { dirOf, ownerOf } from './paths.ts';
import { emptyReading, type Reading } from './reading.ts';
import { isTest, type Snapshot } from './snapshot.ts';

export function readNode(snapshot: Snapshot): Reading {
  const reading = emptyReading();
  const packages = readNodePackages(snapshot, reading.findings);
  const byDir = new Map(packages.map((one) => [one.dir, one]));
  const dirs = new Set(byDir.keys());
  const hasSuite = (script: string | undefined) => script !== undefined && !/no test specified/i.test(script);
  for (const one of packages) {
    const toolchain = nodeToolchain(snapshot, one, byDir, reading.findings);
    const members = packages.some((other) => other !== one && other.workspace === one.dir && hasSuite(other.json.scripts?.['test']));
    const service = nodeService(snapshot, one, toolchain, dirs, reading.findings);
    const suite = nodeSuite(snapshot, one, toolchain, dirs, members, reading.findings);
    reading.packages.push({ dir: one.dir, kind: one.kind, name: one.name, manifest: one.manifest, dependsOn: one.dependsOn });
    reading.toolchains.push(toolchain);
    if (service) reading.services.push(service);
    if (suite) reading.suites.push(suite);
  }
  readLooseScripts(snapshot, dirs, reading);
  return reading;
}

/** Directories with an entry file but no package.json above them: plain scripts with nothing to install. */
function readLooseScripts(snapshot: Snapshot, packages: ReadonlySet<string>, reading: Reading): void {
  const loose = (path: string) => ownerOf(path, packages) === undefined;
  const entries = snapshot.paths.filter((path) => /(^|\/)(server|index|app|main)\.[cm]?[jt]s$/.test(path) && !isTest(path) && loose(path));
  const dirs = new Set(entries.map(dirOf));
  for (const dir of dirs) {
    const service = nodeService(snapshot, looseAt(dir), toolchainAt(dir), dirs, reading.findings);
    if (service) reading.services.push(service);
  }
  if (packages.has('.')) return;
  const suite = nodeSuite(snapshot, looseAt('.'), toolchainAt('.'), packages, false, reading.findings);
  if (suite) reading.suites.push(suite);
}

const looseAt = (dir: string): NodePackage => ({
  dir,
  kind: 'npm',
  name: dir,
  manifest: null,
  dependsOn: [],
  json: {},
  text: '',
  path: dir,
  workspace: dir,
  patterns: [],
});
const toolchainAt = (dir: string): NodeToolchain => ({ dir, language: 'node', install: [], manager: 'npm' });
