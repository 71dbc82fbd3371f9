// All drills.
import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Drill } from './drill.ts';

const STOCK = ['back/STOCK_URL'];

export const DRILLS: readonly Drill[] = [
  {
    name: 'crash',
    about: 'back ends once',
    causes: ['back'],
    repairs: ['platform', 'none', 'restart'],
    inject: ({ patient }) => patient.afflict('back', { kind: 'crash' }),
  },
  {
    name: 'crash-loop',
    about: 'a file that back reads is broken, and back ends as often as it is started',
    causes: ['back'],
    repairs: ['restore-configuration'],
    inject: ({ patient }) => {
      patient.configure('{"pageSize":');
      patient.afflict('back', { kind: 'crash' });
    },
    after: ({ patient }) => patient.configure('{"pageSize":20}\n'),
  },
  {
    name: 'hang',
    about: 'back stands still and answers nothing',
    causes: ['back'],
    repairs: ['restart'],
    smoke: true,
    inject: ({ patient }) => patient.afflict('back', { kind: 'hang' }),
  },
  {
    name: 'cpu-hog',
    about: 'back is busy with itself',
    causes: ['back'],
    repairs: ['restart'],
    inject: ({ patient }) => patient.afflict('back', { kind: 'cpu' }),
  },
  {
    name: 'memory-leak',
    about: 'back keeps 60 MB more every second',
    causes: ['back'],
    repairs: ['restart'],
    inject: ({ patient }) => patient.afflict('back', { kind: 'leak' }),
  },
  {
    name: 'slow-service',
    about: 'back itself takes 400 ms',
    causes: ['back'],
    repairs: ['restart'],
    inject: ({ patient }) => patient.afflict('back', { kind: 'slow', ms: 400 }),
  },
  {
    name: 'slow-dependency',
    about: 'the stock that back asks takes 400 ms',
    causes: STOCK,
    repairs: ['switch-source'],
    inject: ({ patient }) => void (patient.primary.slowMs = 400),
  },
  {
    name: 'slow-extra',
    about: 'what back can do without takes 400 ms, and there is only one of it',
    causes: ['back/HINTS_URL'],
    repairs: ['open-circuit'],
    inject: ({ patient }) => void (patient.hints.slowMs = 400),
  },
  {
    name: 'failing-dependency',
    about: 'the stock answers 503',
    causes: STOCK,
    repairs: ['switch-source'],
    inject: ({ patient }) => void (patient.primary.fails = true),
  },
  {
    name: 'dead-data-source',
    about: 'nobody listens where the stock was',
    causes: STOCK,
    repairs: ['switch-source'],
    inject: ({ patient }) => patient.primary.down(),
  },
  {
    name: 'wrong-configuration',
    about: 'a value in a file that back reads becomes invalid',
    causes: ['back'],
    repairs: ['restore-configuration'],
    inject: ({ patient }) => patient.configure('{"pageSize":0}\n'),
    after: ({ patient }) => patient.configure('{"pageSize":20}\n'),
  },
  {
    name: 'bad-release',
    about: 'a release of back that fails 25 s after its start, when it has long been promoted',
    causes: ['back'],
    repairs: ['roll-back'],
    inject: async ({ release, untilFailing }) => {
      await release('v2', { failsAfterMs: 25_000, service: 'back' });
      await untilFailing();
    },
  },
  {
    name: 'innocent-deploy',
    about: 'the stock becomes slow while a harmless release of front goes out',
    causes: STOCK,
    repairs: ['switch-source'],
    smoke: true,
    inject: async ({ patient, release }) => {
      await release('v3', { service: 'front' });
      patient.primary.slowMs = 400;
    },
  },
  {
    name: 'full-disk',
    about: 'the folder of the journal of back is full',
    causes: ['back', 'back/SPOOL_DIR'],
    repairs: ['switch-source'],
    inject: ({ patient }) => writeFileSync(join(patient.spool, 'ballast'), Buffer.alloc(1_100_000)),
    after: ({ patient }) => rmSync(join(patient.spool, 'ballast'), { force: true }),
  },
  {
    name: 'exhausted-connections',
    about: 'back never gives the connections of its pool back',
    causes: ['back'],
    repairs: ['raise-limit', 'restart'],
    inject: ({ patient }) => patient.afflict('back', { kind: 'pool' }),
  },
  {
    name: 'certificate-expired',
    about: 'the certificate of the stock has expired',
    causes: STOCK,
    repairs: ['switch-source'],
    secure: true,
    inject: ({ patient }) => patient.primary.expire?.(),
  },
  {
    name: 'more-customers',
    about: 'a sale: more work a second than one process of back can do',
    causes: ['back'],
    repairs: ['scale'],
    inject: ({ crowd }) => crowd(90),
    after: ({ crowd }) => crowd(0),
  },
  {
    name: 'bad-process',
    about: 'one of two processes of back answers with errors, the other one is well',
    causes: ['back'],
    repairs: ['drain'],
    inject: async ({ patient, severalProcesses }) => patient.afflict('back', { kind: 'fails', port: await severalProcesses() }),
  },
  {
    name: 'lost-telemetry',
    about: 'an alert comes while nothing is measured',
    causes: [],
    repairs: ['none'],
    inject: async ({ signal, blind }) => {
      await blind(12_000);
      await signal({ environment: 'staging', service: 'back', symptom: 'no metrics for a minute' });
    },
  },
  {
    name: 'false-alarm',
    about: 'an alert about a service that is as it should be',
    causes: [],
    repairs: ['none'],
    inject: ({ signal }) =>
      signal({
        version: '4',
        status: 'firing',
        alerts: [
          { status: 'firing', labels: { alertname: 'HighErrorRate', service: 'back', environment: 'staging' }, annotations: { summary: 'errors above 5 %' } },
        ],
      }),
  },
  {
    name: 'two-faults',
    about: 'the stock becomes slow, and front is busy with itself',
    causes: [...STOCK, 'front'],
    repairs: ['switch-source', 'restart'],
    inject: ({ patient }) => {
      patient.primary.slowMs = 400;
      patient.afflict('front', { kind: 'cpu' });
    },
  },
  {
    name: 'stock-behind',
    about: 'the stock is slow, and the hints wait for it: nothing but the log of back says which of the two it is',
    causes: [...STOCK, 'back/HINTS_URL'],
    repairs: ['none'],
    open: true,
    alone: true,
    inject: ({ patient: { primary, hints } }) => {
      Object.assign(primary, { slowMs: 400, notice: 'STOCK_URL: rebuilding its index, whoever reads it waits' });
      // Who waits is the slower one, by so little that the measurements do not part them.
      hints.slowMs = 415;
    },
    person: async ({ patient: { primary, hints }, reject }, goal) => {
      for (const one of [primary, hints]) Object.assign(one, { slowMs: 2, notice: '' });
      await reject(goal, 'its index is being rebuilt; mended there');
    },
  },
];
