// npm packages: every package.json, which workspace it belongs to, what it depends on inside the repository. Pure.
import type { Finding } from '@awo/contracts';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { dirOf, matchesPatterns, ownerOf, within } from './paths.ts';
import type { Package } from './reading.ts';
import { lineAt, type Snapshot } from './snapshot.ts';

const Strings = z.record(z.string(), z.string()).catch({});
const Manifest = z.looseObject({
  name: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  packageManager: z.string().optional().catch(undefined),
  scripts: Strings.optional(),
  dependencies: Strings.optional(),
  devDependencies: Strings.optional(),
  peerDependencies: Strings.optional(),
  optionalDependencies: Strings.optional(),
  workspaces: z
    .union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()).optional() })])
    .optional()
    .catch(undefined),
});
export type NodeManifest = z.infer<typeof Manifest>;

export type NodePackage = Package & {
  json: NodeManifest;
  text: string;
  path: string;
  /** The workspace root that installs it; itself where it stands alone. */
  workspace: string;
  /** Patterns of its own workspaces; empty where it is no workspace root. */
  patterns: string[];
};

/** Dependencies of every sort, by name. */
export const allDependencies = (json: NodeManifest): Record<string, string> => ({
  ...json.peerDependencies,
  ...json.optionalDependencies,
  ...json.devDependencies,
  ...json.dependencies,
});

/** Reads every package.json. One that is no JSON stays a unit, so that a change in it still counts, and becomes an error finding. */
export function readNodePackages(snapshot: Snapshot, findings: Finding[]): NodePackage[] {
  const packages = snapshot.named('package.json').map((path): NodePackage => {
    const dir = dirOf(path);
    const text = snapshot.text(path) ?? '{}';
    const json = parseManifest(path, text, findings);
    return {
      dir,
      kind: 'npm',
      name: json.name ?? dir,
      manifest: path,
      dependsOn: [],
      json,
      text,
      path,
      workspace: dir,
      patterns: workspacePatterns(snapshot, dir, json, findings),
    };
  });
  const byDir = new Map(packages.map((p) => [p.dir, p]));
  const byName = new Map(packages.flatMap((p) => (p.json.name ? [[p.json.name, p] as const] : [])));
  for (const root of packages) {
    if (root.patterns.length === 0) continue;
    for (const member of packages) {
      const inner = root.dir === '.' ? member.dir : member.dir.startsWith(`${root.dir}/`) ? member.dir.slice(root.dir.length + 1) : '';
      if (member !== root && inner !== '' && matchesPatterns(inner, root.patterns)) member.workspace = root.dir;
    }
  }
  for (const one of packages) {
    for (const [name, spec] of Object.entries(allDependencies(one.json))) {
      const path = /^(?:file|link|portal):(.+)$/.exec(spec)?.[1];
      const target = path === undefined ? byName.get(name) : byDir.get(ownerOf(within(one.dir, path), byDir.keys()) ?? '');
      if (target && target !== one) one.dependsOn.push({ unit: target.dir, at: lineAt(one.path, one.text, `"${name}": "${spec}"`) });
    }
  }
  return packages;
}

function parseManifest(path: string, text: string, findings: Finding[]): NodeManifest {
  try {
    const json: unknown = JSON.parse(text);
    const parsed = Manifest.safeParse(json);
    if (parsed.success) return parsed.data;
    findings.push({
      about: dirOf(path),
      what: 'manifest',
      value: path,
      at: `${path}:1`,
      level: 'error',
      hint: 'It is JSON, but not an object as npm expects it.',
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message)?.[1];
    const at = lineAt(path, text, position === undefined ? text.length : Number(position));
    findings.push({
      about: dirOf(path),
      what: 'manifest',
      value: path,
      at,
      level: 'error',
      hint: `It is no JSON: ${message.slice(0, 160)}. Nothing is inferred from it.`,
    });
  }
  return {};
}

function workspacePatterns(snapshot: Snapshot, dir: string, json: NodeManifest, findings: Finding[]): string[] {
  const pnpm = snapshot.text(within(dir, 'pnpm-workspace.yaml'));
  if (pnpm !== undefined) {
    try {
      const patterns = z.looseObject({ packages: z.array(z.string()).optional() }).safeParse(parseYaml(pnpm));
      if (patterns.success && patterns.data.packages) return patterns.data.packages;
    } catch (error) {
      const path = within(dir, 'pnpm-workspace.yaml');
      findings.push({ about: dir, what: 'manifest', value: path, at: `${path}:1`, level: 'error', hint: `It is no YAML: ${String(error).slice(0, 160)}` });
    }
  }
  return Array.isArray(json.workspaces) ? json.workspaces : (json.workspaces?.packages ?? []);
}
