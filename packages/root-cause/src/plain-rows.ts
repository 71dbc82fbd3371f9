// Rows that are as their schema has them, told without the schema: of a million rows nearly all are. What is not goes through the schema, which says why. Pure.
import { isFields } from './platform/dig.ts';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isTime = (value: unknown): boolean => typeof value === 'number' || typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isTextOrNothing = (value: unknown): boolean => value === undefined || value === null || typeof value === 'string';

export const isMetricRow = (row: unknown): boolean =>
  isFields(row) && isNumber(row['value']) && isText(row['entity']) && isText(row['metric']) && isTime(row['t']);

export const isLogRow = (row: unknown): boolean =>
  isFields(row) && typeof row['message'] === 'string' && isText(row['entity']) && isTime(row['t']) && isTextOrNothing(row['level']);

export const isSpanRow = (row: unknown): boolean =>
  isFields(row) &&
  typeof row['trace'] === 'string' &&
  typeof row['span'] === 'string' &&
  isTextOrNothing(row['parent']) &&
  isText(row['entity']) &&
  typeof row['name'] === 'string' &&
  isTime(row['start']) &&
  isNumber(row['durationMs']) &&
  (row['error'] === undefined || typeof row['error'] === 'boolean');
