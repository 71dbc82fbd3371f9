// Where a run of tests has its temporary folders, and the end of whatever still lives there: who breaks a run off leaves no installation behind.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A supervisor starts again what was ended before it was: some rounds are needed, and none goes on for ever. */
const ROUNDS = 20;

/** A folder for `AWO_TEST_SCRATCH`. With the end of this process it is removed, and all that was started with a path in it is killed. */
export function openScratch() {
  const path = mkdtempSync(join(tmpdir(), 'awo-test-'));
  process.once('exit', () => {
    for (let round = 0; round < ROUNDS && endAllOf(path) > 0; round += 1);
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  });
  return path;
}

/** By what they were started with, as Linux shows it; elsewhere only the folder goes. Gives how many there were. */
function endAllOf(path) {
  const found = processes().filter((pid) => ['cmdline', 'environ'].some((file) => readOrNothing(`/proc/${pid}/${file}`).includes(path)));
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  return found.length;
}

const processes = () =>
  process.platform === 'linux'
    ? readdirSync('/proc')
        .map(Number)
        .filter((pid) => pid > 0 && pid !== process.pid)
    : [];

function readOrNothing(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
