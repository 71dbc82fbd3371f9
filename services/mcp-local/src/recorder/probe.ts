// Asks services and data sources whether they answer, from beside them: what no customer asks for is seen as well.
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { connect } from 'node:net';
import { TLSSocket } from 'node:tls';

const WITHIN_MS = 1000;
const MAX_BODY = 200;

export type Probed = { up: boolean; ms: number; body: string | null; why: string | null };

/** Any answer below 500 is one. */
export function probeHttp(url: string): Promise<Probed> {
  const began = performance.now();
  return new Promise((resolve) => {
    const done = (up: boolean, body: string | null, why: string | null) => resolve({ up, ms: performance.now() - began, body, why });
    let call: ReturnType<typeof getHttp>;
    try {
      // Whose certificate it is, is between the service and its source; whether it is still valid, anybody can see.
      const options = { agent: false, timeout: WITHIN_MS, rejectUnauthorized: false, headers: { 'user-agent': 'awo-probe' } };
      call = (url.startsWith('https:') ? getHttps : getHttp)(url, options, (answer) => {
        const expired = expiredAt(answer);
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += text.length < MAX_BODY ? chunk : ''));
        answer.on('error', (error) => done(false, null, error.message));
        answer.on('end', () => {
          const status = answer.statusCode ?? 0;
          const body = status < 400 ? text.trim().slice(0, MAX_BODY) : null;
          if (expired !== null) return done(false, body, `its certificate has expired: ${expired}`);
          done(status < 500, body, status < 500 ? null : `answered ${status}`);
        });
      });
    } catch (error) {
      return done(false, null, error instanceof Error ? error.message : String(error));
    }
    call.on('timeout', () => call.destroy(new Error(`no answer within ${WITHIN_MS} ms`)));
    call.on('error', (error: NodeJS.ErrnoException) => done(false, null, error.code ?? error.message));
  });
}

/** When the certificate ended, where it has. */
function expiredAt({ socket }: IncomingMessage): string | null {
  if (!(socket instanceof TLSSocket)) return null;
  const until = socket.getPeerCertificate().valid_to;
  return until && Date.parse(until) < Date.now() ? until : null;
}

/** Whether somebody listens. */
function probeTcp(host: string, port: number): Promise<Probed> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: WITHIN_MS });
    const done = (why: string | null) => {
      socket.destroy();
      resolve({ up: why === null, ms: performance.now() - began, body: null, why });
    };
    socket.once('connect', () => done(null));
    socket.once('timeout', () => done(`no answer within ${WITHIN_MS} ms`));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });
}

/** A source by its address: its check path where there is one, else whether somebody listens; null where that cannot be asked. */
export function probeSource(address: string, path: string | null): Promise<Probed> | null {
  const url = URL.parse(address);
  if (url === null || url.host === '') return null;
  if (path !== null && /^https?:$/.test(url.protocol)) return probeHttp(`${address.replace(/\/$/, '')}${path}`);
  const port = Number(url.port) || { 'http:': 80, 'https:': 443, 'postgres:': 5432, 'postgresql:': 5432, 'redis:': 6379, 'mysql:': 3306 }[url.protocol];
  return port === undefined ? null : probeTcp(url.hostname, port);
}
