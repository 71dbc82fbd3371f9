// Downloads the nats-server release over HTTPS and checks it against the release's own SHA256SUMS before it is used.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ticking } from './progress.ts';
import type { Report } from './progress.ts';
import { quietRun } from './quiet-run.ts';

const RELEASES = 'https://github.com/nats-io/nats-server/releases/download';
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm7', ppc64: 'ppc64le', s390x: 's390x' };

/** The checksum of `name` in a SHA256SUMS text. */
function checksumOf(sums: string, name: string): string | undefined {
  for (const line of sums.split('\n')) {
    const [digest, file] = line.trim().split(/\s+\*?/);
    if (file === name) return digest;
  }
  return undefined;
}

async function fetchBytes(url: string, signal?: AbortSignal): Promise<Buffer> {
  const timeout = AbortSignal.timeout(20_000);
  const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

export interface DownloadOptions {
  version: string;
  target: string;
  report: Report;
  signal?: AbortSignal;
  /** Where releases are; a test puts its own server here. */
  releases?: string;
}

/** Undefined where it worked, else why it did not. The sums come from the same place as the archive: they catch damage, HTTPS vouches for the origin. */
export async function downloadNatsServer({ version, target, report, signal, releases = RELEASES }: DownloadOptions): Promise<string | undefined> {
  const architecture = ARCHITECTURES[process.arch];
  if (!architecture) return `no release of nats-server for ${process.platform}-${process.arch}`;
  const stem = `nats-server-v${version}-${process.platform}-${architecture}`;
  const base = `${releases}/v${version}`;
  mkdirSync(dirname(target), { recursive: true });
  const place = mkdtempSync(join(dirname(target), 'download-'));
  try {
    await ticking(report, 'nats-server', `Downloading nats-server ${version} (its release, checked by SHA-256; once)`, async () => {
      const [archive, sums] = await Promise.all([fetchBytes(`${base}/${stem}.tar.gz`, signal), fetchBytes(`${base}/SHA256SUMS`, signal)]);
      const expected = checksumOf(sums.toString(), `${stem}.tar.gz`);
      const actual = createHash('sha256').update(archive).digest('hex');
      if (expected !== actual) throw new Error(`its SHA-256 is ${actual}, the release says ${expected ?? 'nothing about it'}`);
      writeFileSync(join(place, 'archive.tar.gz'), archive);
      const { code, output } = await quietRun('tar', ['-xzf', join(place, 'archive.tar.gz'), '-C', place, `${stem}/nats-server`], { timeoutMs: 30_000 });
      if (code !== 0) throw new Error(`tar: ${output.trim()}`);
      renameSync(join(place, stem, 'nats-server'), target);
    });
    return undefined;
  } catch (error) {
    return `the download failed: ${reasonOf(error)}`;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
