// What is free within control groups, on machines written down as files.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureFree } from './free.ts';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'awo-free-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const GB = 1024 ** 3;
function machine(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return { proc: join(root, 'proc'), cgroup: join(root, 'cgroup'), cores: 8, availableBytes: 16 * GB };
}

test.each<[string, Record<string, string>, { cores: number; freeBytes: number }]>([
  ['nothing is known', {}, { cores: 8, freeBytes: 16 * GB }],
  [
    'version 2, the tightest group above counts',
    {
      'proc/self/cgroup': '0::/pod/box',
      'cgroup/pod/cpu.max': '150000 100000',
      'cgroup/pod/box/cpu.max': 'max 100000',
      'cgroup/pod/memory.max': `${4 * GB}`,
      'cgroup/pod/memory.current': `${3 * GB}`,
      'cgroup/pod/memory.stat': `anon 1\ninactive_file ${GB}`,
      'cgroup/pod/box/memory.max': 'max',
    },
    { cores: 1, freeBytes: 2 * GB },
  ],
  [
    'version 1, a tree for each controller',
    {
      'proc/self/cgroup': '4:memory:/box\n3:cpu,cpuacct:/box\n1:name=systemd:/',
      'cgroup/cpu/box/cpu.cfs_quota_us': '250000',
      'cgroup/cpu/box/cpu.cfs_period_us': '100000',
      'cgroup/memory/box/memory.limit_in_bytes': `${GB}`,
      'cgroup/memory/box/memory.usage_in_bytes': `${GB / 2}`,
      'cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    },
    { cores: 2, freeBytes: GB / 2 },
  ],
  [
    'version 1 without a limit',
    { 'proc/self/cgroup': '3:cpu:/', 'cgroup/cpu/cpu.cfs_quota_us': '-1', 'cgroup/cpu/cpu.cfs_period_us': '100000' },
    { cores: 8, freeBytes: 16 * GB },
  ],
])('%s', (_title, files, expected) => {
  expect(measureFree(machine(files))).toMatchObject(expected);
});

test('pressure is that of the last ten seconds', () => {
  const files = { 'proc/pressure/cpu': 'some avg10=42.50 avg60=1.00 avg300=0 total=1', 'proc/pressure/memory': 'some avg10=9.00\nfull avg10=3.00 avg60=0' };
  expect(measureFree(machine(files))).toMatchObject({ cpuPressure: 0.425, memoryPressure: 0.03 });
});
