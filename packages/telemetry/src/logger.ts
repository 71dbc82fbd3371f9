// The logger: JSON lines on standard output, one per event. Fields that may hold a secret are never printed.
import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

const SECRET_FIELDS = ['seed', 'token', 'password', 'authorization', 'env', '*.seed', '*.token', '*.password', '*.authorization', '*.env'];

export function createLogger(service: string, instance: string, level = 'info'): Logger {
  return pino({ level, base: { service, instance }, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: SECRET_FIELDS, censor: '[redacted]' } });
}
