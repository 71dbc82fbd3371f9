// Reads the counters from an environment's edge.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { EdgeControl, EdgeReport, localFiles, RetryableError } from '@awo/contracts';

const ANSWERS_WITHIN_MS = 3000;

/** Throws RetryableError `tool-unavailable` where no edge answers: mcp-local starts it again within a second. */
export function readCounters(home: string, environment: string): Promise<EdgeReport> {
  return new Promise((resolve, reject) => {
    const unavailable = (error: unknown) =>
      reject(
        new RetryableError('tool-unavailable', `The edge of ${environment} did not answer: ${error instanceof Error ? error.message : String(error)}.`, 1000),
      );
    let control: EdgeControl;
    try {
      control = EdgeControl.parse(JSON.parse(readFileSync(localFiles(home, environment).edge, 'utf8')));
    } catch (error) {
      return unavailable(error);
    }
    const where = control.socket === null ? { host: '127.0.0.1', port: control.port } : { socketPath: control.socket };
    const call = request(
      { ...where, path: '/counters', agent: false, timeout: ANSWERS_WITHIN_MS, headers: { authorization: `Bearer ${control.token}` } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('error', unavailable);
        answer.on('end', () => {
          try {
            resolve(EdgeReport.parse(JSON.parse(text)));
          } catch (error) {
            unavailable(error);
          }
        });
      },
    );
    call.on('timeout', () => call.destroy(new Error(`nothing within ${ANSWERS_WITHIN_MS} ms`)));
    call.on('error', unavailable);
    call.end();
  });
}
