// Child processes of the launchers: captured ones for installs, attached ones that get our terminal, our signals and give us their end.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs quietly; the output comes back, and is the error's text where it fails. */
export function capture(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const stop = () => child.kill('SIGTERM');
    for (const signal of FORWARDED) process.once(signal, stop);
    child.once('error', (error) => reject(new Error(`${command}: ${error.message}`)));
    child.once('close', (code, signal) => {
      for (const name of FORWARDED) process.off(name, stop);
      if (code === 0) resolve(output);
      else
        reject(
          Object.assign(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}:\n${output.trim().split('\n').slice(-25).join('\n')}`), {
            signal,
            output,
          }),
        );
    });
  });
}

/**
 * Runs with our terminal and resolves to its exit code; 128 + n where signal n ended it.
 * `limitMs`: ended after so long, with code 1. A runner whose output a stray process holds open would wait for ever.
 */
export function attach(command, args, { limitMs, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    let isLate = false;
    const limit = limitMs && setTimeout(() => (isLate = child.kill('SIGKILL')), limitMs);
    let lastAt = 0;
    const forward = (signal) => {
      // Ctrl-C on a terminal reaches the whole group by itself: a second one would mean "now!" to the child.
      if (signal === 'SIGINT' && (process.stdin.isTTY || Date.now() - lastAt < 1000)) return;
      lastAt = Date.now();
      child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      for (const name of FORWARDED) process.off(name, forward);
      if (isLate) process.stderr.write(`Ended after ${limitMs / 60_000} min: something that it started lives on.\n`);
      resolve(isLate ? 1 : (code ?? 128 + (constants.signals[signal] ?? 0)));
    });
  });
}
