// The awo.yaml that would pin what was inferred. Pure.
import type { RepoModel } from '@awo/contracts';
import { stringify } from 'yaml';

/** YAML text; read back over the same commit it gives the same services and suites. Installs and builds of several commands stay inferred. */
export function suggestAwoYaml(model: RepoModel): string {
  const services = model.services.map((s) => {
    const [install] = s.install;
    const [build] = s.build;
    return [
      s.name,
      {
        dir: s.dir,
        ...(install && s.install.length === 1 && install.dir === s.dir ? { install: install.command } : {}),
        ...(build && s.build.length === 1 && build.dir === s.dir ? { build: build.command } : {}),
        start: s.start,
        health: s.healthPath,
        ...(Object.keys(s.env).length > 0 ? { env: s.env } : {}),
        ...(s.envFrom.length > 0 ? { envFrom: s.envFrom } : {}),
        ...(s.dependsOn.length > 0 ? { dependsOn: s.dependsOn } : {}),
        ...(s.sideBySide ? {} : { sideBySide: false }),
      },
    ] as const;
  });
  const tests = model.suites.map(
    (s) => [s.id, { dir: s.dir, command: s.command, runner: s.runner, timeout: `${s.timeoutMs}ms`.replace(/000ms$/, 's') }] as const,
  );
  const file = {
    ...(services.length > 0 ? { services: Object.fromEntries(services) } : {}),
    ...(tests.length > 0 ? { tests: Object.fromEntries(tests) } : {}),
    environments: model.environments,
  };
  return stringify(file, { lineWidth: 0, aliasDuplicateObjects: false });
}
