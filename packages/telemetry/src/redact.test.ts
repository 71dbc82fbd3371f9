// redact: what is taken out of text before others see it, and what stays because it is no secret.
import { expect, test } from 'vitest';
import { redact } from './redact.ts';

test.each([
  ['postgres://app:s3cret@db:5432/shop', 'postgres://app:[redacted]@db:5432/shop'],
  ['redis://:p@ss@cache:6379', 'redis://:[redacted]@cache:6379'],
  ['app:s3cret@tcp(db:3306)/shop', 'app:[redacted]@tcp(db:3306)/shop'],
  ['http://127.0.0.1:8080/users/ada@shop.example', 'http://127.0.0.1:8080/users/ada@shop.example'],
  ['password: hunter2, retries: 3', 'password: [redacted], retries: 3'],
  ['password authentication failed for user "app"', 'password authentication failed for user "app"'],
])('%s', (text, clean) => {
  expect(redact(text).text).toBe(clean);
});

test('a key over several lines goes as a whole and leaves as many lines, so that those behind it keep their places', () => {
  const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQ', 'AbCd', '-----END PRIVATE KEY-----'].join('\n');
  expect(redact(`before\n${key}\nafter`).text.split('\n')).toEqual(['before', '[redacted]', '', '', '', 'after']);
});

test('the value of a variable with a secret name goes wherever it stands', () => {
  expect(redact('signed with abcdef123', { API_TOKEN: 'abcdef123', COLOUR: 'signed' }).text).toBe('signed with [redacted]');
});
