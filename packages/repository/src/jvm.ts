// The JVM reader: Maven modules and Gradle projects, Spring Boot services, suites. Pure.
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { shortName } from './naming.ts';
import { dirOf, ownerOf, relative, within } from './paths.ts';
import { emptyReading, type Reading, type ServiceDraft, type SuiteDraft } from './reading.ts';
import { isTest, lineAt, type Snapshot } from './snapshot.ts';

const Text = z.union([z.string(), z.number()]).transform(String);
const many = <T extends z.ZodType>(item: T) => z.union([z.array(item), item.transform((one) => [one])]).catch([]);
const Artifact = z.looseObject({ groupId: Text.optional(), artifactId: Text.optional(), version: Text.optional() });
const Pom = z.looseObject({
  project: z.looseObject({
    artifactId: Text.optional(),
    version: Text.optional(),
    packaging: Text.optional(),
    parent: Artifact.optional().catch(undefined),
    dependencies: z
      .looseObject({ dependency: many(Artifact).optional() })
      .optional()
      .catch(undefined),
    build: z
      .looseObject({
        finalName: Text.optional(),
        plugins: z
          .looseObject({ plugin: many(Artifact).optional() })
          .optional()
          .catch(undefined),
      })
      .optional()
      .catch(undefined),
  }),
});
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false });

export function readJvm(snapshot: Snapshot): Reading {
  const reading = emptyReading();
  readMaven(snapshot, reading);
  readGradle(snapshot, reading);
  return reading;
}

function readMaven(snapshot: Snapshot, reading: Reading): void {
  const poms = snapshot.named('pom.xml').flatMap((path) => {
    const text = snapshot.text(path) ?? '';
    const parsed = parsePom(text);
    if (!parsed)
      reading.findings.push({
        about: dirOf(path),
        what: 'manifest',
        value: path,
        at: `${path}:1`,
        level: 'error',
        hint: 'It is no Maven project that can be read. Nothing is inferred from it.',
      });
    return [{ dir: dirOf(path), path, text, project: parsed ?? {}, name: parsed?.artifactId ?? dirOf(path) }];
  });
  const dirs = new Set(poms.map(({ dir }) => dir));
  const byArtifact = new Map(poms.map((pom) => [pom.name, pom.dir]));
  for (const { dir, path, text, project, name } of poms) {
    const wanted = [project.parent, ...(project.dependencies?.dependency ?? [])].map((artifact) => artifact?.artifactId ?? '');
    const dependsOn = wanted.flatMap((artifact) => {
      const unit = byArtifact.get(artifact);
      return unit === undefined || unit === dir ? [] : [{ unit, at: lineAt(path, text, `<artifactId>${artifact}<`) }];
    });
    reading.packages.push({ dir, kind: 'maven', name, manifest: path, dependsOn });
    reading.toolchains.push({ dir, language: 'java', install: [] });
    if (project.packaging === 'pom') continue;
    // A module is built from the outermost pom above it, together with the modules that it uses.
    const root = outermost(dir, dirs);
    const mvn = snapshot.mode(within(root, 'mvnw')) === '100755' ? './mvnw' : 'mvn';
    const scope = root === dir ? [] : ['-pl', relative(root, dir), '-am'];
    const uses = (pattern: RegExp) =>
      [...(project.dependencies?.dependency ?? []), ...(project.build?.plugins?.plugin ?? [])].some(({ artifactId = '' }) => pattern.test(artifactId));
    const sources = snapshot.sources(dir, /\.(java|kt|properties|ya?ml)$/).filter((file) => ownerOf(file.path, dirs) === dir && !isTest(file.path));
    if (uses(/^spring-boot-starter-web(flux)?$/) && (uses(/^spring-boot-maven-plugin$/) || /spring-boot/.test(text))) {
      const version = project.version ?? project.parent?.version ?? '';
      const jar = `target/${project.build?.finalName ?? `${name}-${version}`}.jar`;
      reading.services.push(
        springService(
          dir,
          name,
          [{ dir: root, command: [mvn, '-q', '-B', '-DskipTests', ...scope, 'package'] }],
          ['java', '-jar', jar, '--server.port=$PORT'],
          lineAt(path, text, 'spring-boot-starter-web'),
          sources,
          jar.includes('${'),
        ),
      );
    }
    const test = firstTest(snapshot, dir, dirs);
    if (test)
      reading.suites.push({
        unit: dir,
        dir: root,
        command: [mvn, '-q', '-B', ...scope, ...(scope.length > 0 ? ['-Dsurefire.failIfNoSpecifiedTests=false'] : []), 'test'],
        runner: 'maven',
        install: [],
        at: test,
      });
  }
}

function parsePom(text: string): z.infer<typeof Pom>['project'] | null {
  try {
    const parsed = Pom.safeParse(parser.parse(text));
    return parsed.success ? parsed.data.project : null;
  } catch {
    return null;
  }
}

function readGradle(snapshot: Snapshot, reading: Reading): void {
  const projects = snapshot.named('build.gradle', 'build.gradle.kts').map((path) => ({ dir: dirOf(path), path, text: snapshot.text(path) ?? '' }));
  const dirs = new Set(projects.map(({ dir }) => dir));
  const settings = new Set(snapshot.named('settings.gradle', 'settings.gradle.kts').map(dirOf));
  for (const { dir, path, text } of projects) {
    const root = ownerOf(dir, settings) ?? dir;
    const project = root === dir ? '' : `:${relative(root, dir).replaceAll('/', ':')}`;
    const dependsOn = [...text.matchAll(/project\(\s*(?:path\s*[:=]\s*)?["']:([^"']+)["']/g)].flatMap((match) => {
      const unit = within(root, (match[1] ?? '').replaceAll(':', '/'));
      return dirs.has(unit) && unit !== dir ? [{ unit, at: lineAt(path, text, match.index) }] : [];
    });
    reading.packages.push({ dir, kind: 'gradle', name: shortName(dir), manifest: path, dependsOn });
    reading.toolchains.push({ dir, language: 'java', install: [] });
    const wrapper = snapshot.mode(within(root, 'gradlew')) === '100755';
    const gradle = (from: string) => (wrapper ? (from === root ? './gradlew' : `${relative(from, root)}/gradlew`) : 'gradle');
    const sources = snapshot.sources(dir, /\.(java|kt|properties|ya?ml)$/).filter((file) => ownerOf(file.path, dirs) === dir && !isTest(file.path));
    if (/spring-boot-starter-web/.test(text)) {
      const start = [
        gradle(dir),
        '-q',
        ...(project === '' ? [] : ['-p', relative(dir, root)]),
        `${project}:bootRun`.replace(/^:/, project === '' ? '' : ':'),
        '--args=--server.port=$PORT',
      ];
      reading.services.push(
        springService(
          dir,
          shortName(dir),
          [{ dir: root, command: [gradle(root), '-q', `${project}:classes`.replace(/^:classes$/, 'classes')] }],
          start,
          lineAt(path, text, 'spring-boot-starter-web'),
          sources,
          true,
        ),
      );
    }
    const test = firstTest(snapshot, dir, dirs);
    if (test)
      reading.suites.push({
        unit: dir,
        dir: root,
        command: [gradle(root), `${project}:test`.replace(/^:test$/, 'test')],
        runner: 'gradle',
        install: [],
        at: test,
      } satisfies SuiteDraft);
  }
}

const springService = (
  dir: string,
  name: string,
  build: ServiceDraft['build'],
  start: string[],
  at: string,
  sources: ServiceDraft['sources'],
  guess: boolean,
): ServiceDraft => ({
  names: [name, shortName(dir)],
  dir,
  language: 'java',
  install: [],
  build,
  start,
  env: {},
  at,
  sources,
  guess,
});

function outermost(dir: string, dirs: ReadonlySet<string>): string {
  let root = dir;
  for (let at = ownerOf(dirOf(dir), dirs); dir !== '.' && at !== undefined; at = root === '.' ? undefined : ownerOf(dirOf(root), dirs)) root = at;
  return root;
}

function firstTest(snapshot: Snapshot, dir: string, dirs: ReadonlySet<string>): string | null {
  const test = snapshot.sources(within(dir, 'src/test'), /\.(java|kt)$/).find((file) => ownerOf(file.path, dirs) === dir && /@Test\b/.test(file.text));
  return test ? lineAt(test.path, test.text, /@Test\b/) : null;
}
