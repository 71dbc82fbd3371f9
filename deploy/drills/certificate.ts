// Certificates for a drill, made by openssl: valid for some days, or expired.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Certificate = { cert: string; key: string };

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Signed by itself, valid for two days, or expired yesterday. Throws where there is no openssl. */
export function makeCertificate(dir: string, name: string, { expired = false } = {}): Certificate {
  const [cert, key, request] = ['pem', 'key', 'csr'].map((end) => join(dir, `${name}.${end}`)) as [string, string, string];
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
  // `req -x509` takes no days in the past.
  const extensions = join(dir, 'extensions');
  writeFileSync(extensions, 'subjectAltName=IP:127.0.0.1');
  openssl('x509', '-req', '-in', request, '-signkey', key, '-days', expired ? '-1' : '2', '-extfile', extensions, '-out', cert);
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}
