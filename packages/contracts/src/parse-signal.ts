// Reads what a signal says: plain JSON, a CloudEvent, or the webhook of an Alertmanager with its alerts. Pure.
import { TerminalError } from './errors.ts';
import { Signal } from './incident.ts';

/** What a signal says, and who said it. */
export type Heard = Signal & { source: string; type: string };

const FORMS = 'Expected {"service":"cart","symptom":"errors"}, a CloudEvent with that as data, or the webhook body of an Alertmanager.';

/** One per alert. Throws TerminalError `bad-message` with the value and what was expected. */
export function parseSignal(subject: string, data: Uint8Array): Heard[] {
  const [, , source = '', type = ''] = subject.split('.');
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(data));
  } catch {
    throw new TerminalError('bad-message', `The signal is not JSON: ${JSON.stringify(new TextDecoder().decode(data.slice(0, 80)))}.`, FORMS);
  }
  if (!isObject(body)) throw new TerminalError('bad-message', 'The signal is not a JSON object.', FORMS);
  const content = 'specversion' in body ? body['data'] : body;
  if (!isObject(content)) throw new TerminalError('bad-message', 'The CloudEvent has no data that is a JSON object.', FORMS);
  const alerts = Array.isArray(content['alerts']) ? content['alerts'].filter(isObject).map((alert) => ofAlert(alert, content)) : [content];
  return alerts.map((one) => {
    const parsed = Signal.safeParse(one);
    if (parsed.success) return { ...parsed.data, source, type };
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0] ?? '');
    throw new TerminalError(
      'bad-message',
      `The signal is not valid: "${field}" is ${JSON.stringify(one[field]) ?? 'missing'}, ${issue?.message ?? ''}.`,
      FORMS,
    );
  });
}

/** Labels of the alert, else those that all of its group share. */
function ofAlert(alert: Record<string, unknown>, group: Record<string, unknown>): Record<string, unknown> {
  const labels = { ...texts(group['commonLabels']), ...texts(alert['labels']) };
  const notes = { ...texts(group['commonAnnotations']), ...texts(alert['annotations']) };
  const first = (of: Record<string, string>, names: readonly string[]): string | undefined => names.map((n) => of[n]).find((v) => v);
  const symptom = [labels['alertname'], first(notes, ['summary', 'description', 'message'])].filter((s) => s).join(': ');
  const environment = first(labels, ['environment', 'env', 'namespace']);
  return {
    service: first(labels, ['service', 'app', 'job', 'deployment']),
    ...(environment ? { environment } : {}),
    symptom: (symptom || 'an alert without a name').slice(0, 300),
    status: alert['status'] === 'resolved' ? 'resolved' : 'firing',
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): Record<string, string> =>
  isObject(value) ? Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (typeof v === 'string' ? [[k, v]] : []))) : {};
