// Who calls a service, by what each declares.
import { expect, it } from 'vitest';
import { dependentsOf } from './dependents.ts';

it('callers are found through other callers, nearest first, and a circle ends', () => {
  const service = (name: string, ...dependsOn: string[]) => ({ name, dependsOn });
  const services = [service('cart', 'web'), service('web', 'api'), service('api', 'cart'), service('mail')];
  expect(dependentsOf('cart', services)).toEqual(['api', 'web']);
});
