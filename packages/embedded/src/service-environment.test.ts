// What of the caller's environment reaches which service.
import { expect, test } from 'vitest';
import { serviceEnvironment } from './service-environment.ts';

const caller = { PATH: '/bin', AWO_LOG: 'debug', AWO_MODEL: 'm', AWO_MODEL_KEY: 'costs money', A_SECRET: 'hidden' };

test.each([
  ['basic', ['AWO_LOG', 'PATH']],
  ['model', ['AWO_LOG', 'AWO_MODEL', 'AWO_MODEL_KEY', 'PATH']],
  ['caller', ['AWO_LOG', 'AWO_MODEL', 'AWO_MODEL_KEY', 'A_SECRET', 'PATH']],
] as const)('a service with env: %s has %s, so that a secret is with who needs it alone', (env, names) => {
  const given = serviceEnvironment({ home: '/nowhere', natsUrl: 'nats://127.0.0.1:1', user: 'impact', instance: 'impact-1', env, caller });
  expect(
    Object.keys(given)
      .filter((name) => name in caller)
      .toSorted(),
  ).toEqual(names);
});
