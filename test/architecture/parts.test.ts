// The parts fit: agents have their shape, services their process, user and place in the workspace.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_ROLES } from '@awo/contracts';
import { readBusUsers, readServiceList } from '@awo/embedded';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT, read } from './sources.ts';

const folders = (place: string) =>
  readdirSync(join(ROOT, place), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
const services = folders('services');
const ONE_SCREEN = 60;

test.each([...AGENT_ROLES])('the %s agent has the shape of an agent: main.ts, agent.ts and a README of one screen', (role) => {
  for (const file of ['src/main.ts', 'src/agent.ts', 'README.md'])
    expect(existsSync(join(ROOT, 'services', role, file)), `services/${role}/${file}`).toBe(true);
  expect(read(`services/${role}/README.md`).split('\n').length).toBeLessThanOrEqual(ONE_SCREEN);
  expect(read(`services/${role}/src/main.ts`).split('\n').length).toBeLessThanOrEqual(40);
});

test('every agent shows at least one decision: gather, decide and act apart', () => {
  for (const role of AGENT_ROLES) {
    const files = readdirSync(join(ROOT, 'services', role, 'src'), { recursive: true, encoding: 'utf8' });
    for (const part of ['gather', 'decide', 'act'])
      expect(
        files.some((file) => new RegExp(`(^|/)${part}[^/]*\\.ts$`).test(file) && !file.endsWith('.test.ts')),
        `services/${role}: no ${part}.ts`,
      ).toBe(true);
  }
});

test.each(folders('packages'))('packages/%s has a README of one screen, and what it calls an export is one', (name) => {
  const readme = read(`packages/${name}/README.md`);
  expect(readme.split('\n').length).toBeLessThanOrEqual(ONE_SCREEN);
  const [, table = ''] = /^\| export .*\n((?:\|.*\n)+)/m.exec(readme) ?? [];
  const told = [...table.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, one = '']) => one));
  const exported = readdirSync(join(ROOT, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => read(`packages/${name}/src/${file}`))
    .join('\n');
  expect(told.filter((one) => !new RegExp(`export .*\\b${one}\\b`).test(exported))).toEqual([]);
});

test('every service is started by the supervisor, and nothing else is', () => {
  const list = readServiceList().services;
  expect(list.map((service) => service.name).toSorted()).toEqual(services.toSorted());
  for (const service of list) {
    expect(existsSync(service.main), service.main).toBe(true);
    if (service.down) expect(existsSync(service.down), service.down).toBe(true);
  }
});

test('every service is a user of the bus with permissions of its own', () => {
  const users = readBusUsers();
  for (const name of services) expect(Object.keys(users)).toContain(name);
  for (const role of AGENT_ROLES) {
    const logs = users[role]?.publish.filter((subject) => subject.startsWith('awo.log.'));
    expect(logs, `${role} may write only its own name`).toEqual([`awo.log.*.${role}.*`]);
  }
  for (const name of services.filter((one) => one.startsWith('mcp-'))) {
    const hears = [...(users[name]?.publish ?? []), ...(users[name]?.subscribe ?? [])];
    expect(
      hears.filter((subject) => subject.startsWith('awo.log')),
      `${name} has no business in the log`,
    ).toEqual([]);
  }
});

test('every part is in the workspace under its own name, and is type-checked', () => {
  const workspace = z.object({ packages: z.array(z.string()) }).parse(parse(read('pnpm-workspace.yaml')));
  expect(workspace.packages).toEqual(expect.arrayContaining(['packages/*', 'services/*', 'test']));
  const { include } = z.object({ include: z.array(z.string()) }).parse(JSON.parse(read('tsconfig.json')));
  expect(include).toEqual(expect.arrayContaining(['packages', 'services', 'test', 'deploy']));
  const Manifest = z.object({
    name: z.string(),
    type: z.literal('module'),
    private: z.literal(true),
    license: z.literal('Apache-2.0'),
    description: z.string().min(5),
  });
  for (const place of ['packages', 'services']) {
    for (const name of folders(place)) expect(Manifest.parse(JSON.parse(read(`${place}/${name}/package.json`))).name).toBe(`@awo/${name}`);
  }
});

test('the two commands of the README are the scripts that CI runs', () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
  expect(scripts).toMatchObject({ start: 'node bin/start.mjs', test: 'node bin/test.mjs' });
  expect(read('.ci/run')).toMatch(/^npm start -- --once$/m);
  expect(read('.ci/run')).toMatch(/^npm test\b/m);
});
