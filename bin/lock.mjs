// One installer at a time per checkout: a lock folder that names its owner and is kept fresh; a dead owner's is taken over.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './progress.mjs';

const FRESH_MS = 2_000;
const STALE_MS = 20_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function ownerOf(lock) {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8')) || 0;
  } catch {
    return 0;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The lock counts as left behind where its owner is dead, or has not touched it for 20 s (a reused pid). */
function isStale(lock) {
  let ageMs;
  try {
    ageMs = Date.now() - statSync(lock).mtimeMs;
  } catch {
    return false;
  }
  const owner = ownerOf(lock);
  // Without a pid the owner is between mkdir and write, unless that was long ago.
  if (owner === 0) return ageMs > FRESH_MS;
  return !alive(owner) || ageMs > STALE_MS;
}

function takeAway(lock) {
  const owner = ownerOf(lock);
  const aside = `${lock}.stale-${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  // Another starter may have replaced the stale lock between look and rename: give it back.
  if (ownerOf(aside) !== owner) {
    try {
      renameSync(aside, lock);
      return;
    } catch {
      // The place is taken again; its owner goes on, this one is void.
    }
  }
  rmSync(aside, { recursive: true, force: true });
}

/** Runs `work` while holding `lock`; waits for another owner and says so. */
export async function holding(lock, work) {
  let told = false;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isStale(lock)) takeAway(lock);
    else {
      if (!told) say(`Another start (process ${ownerOf(lock) || '?'}) is installing in this checkout; waiting for it`);
      told = true;
      await sleep(200);
    }
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  const touch = setInterval(() => {
    try {
      utimesSync(lock, new Date(), new Date());
    } catch {
      // Taken over while this process was suspended; the staging folder is its own, so both can end well.
    }
  }, FRESH_MS);
  touch.unref();
  try {
    return await work();
  } finally {
    clearInterval(touch);
    if (ownerOf(lock) === process.pid) rmSync(lock, { recursive: true, force: true });
  }
}
