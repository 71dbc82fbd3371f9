// The published packages that still ship their tests, by name and version, and how their tests are run.
export type Project = {
  /** As `npm install` takes it. */
  spec: string;
  /** Folder below node_modules. */
  folder: string;
  what: string;
  /** Files of tests, as mocha takes them. */
  tests: readonly string[];
};

const project = (spec: string, what: string, tests: readonly string[], folder = spec.replace(/@[^@]*$/, '')): Project => ({ spec, folder, what, tests });

/** Mocha runs them all; lab is spoken by a few lines of ours. */
export const PROJECTS: readonly Project[] = [
  project('object-path@0.11.4', 'paths into objects', ['test.js']),
  project('sql@0.78.0', 'SQL builder', ['test/*-tests.js', 'test/dialects/[a-j]*-tests.js']),
  project('jsonpath@0.2.11', 'JSONPath', ['test/*.js']),
  project('yargs-1@npm:yargs@1.3.3', 'command line', ['test/!(_|usage).js'], 'yargs-1'),
  project('joi@6.10.1', 'schemas', ['test/*.js']),
  project('hoek@2.16.3', 'general functions', ['test/index.js', 'test/escaper.js']),
];

/** What their tests need besides, fixed so that a run can be repeated. */
export const TOOLS = ['mocha@11.7.4', 'chai@3.5.0', 'code@1.5.0', 'hashish@0.0.4', 'semver@5.7.2'];
