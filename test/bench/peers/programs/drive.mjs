// Drives one peer: rounds of goals with so many in flight; prints each round's times as a line of JSON. Copied beside the peers' packages before it runs.
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * `start(goal, doneUrl)` submits a goal durably; its last step posts to `doneUrl`.
 * Rounds come as JSON: [{ width, total }], the first one warms up and is not printed.
 */
export async function drive(start, rounds) {
  const open = new Map();
  const server = createServer((request, response) => {
    request.resume();
    response.end();
    open.get(request.url)?.();
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const home = `http://127.0.0.1:${server.address().port}`;
  let count = 0;
  const run = async () => {
    const goal = `g${process.pid}-${Date.now().toString(36)}-${count++}`;
    const path = `/${goal}`;
    const over = new Promise((resolve) => open.set(path, resolve));
    const started = performance.now();
    await start(goal, home + path);
    await over;
    open.delete(path);
    return performance.now() - started;
  };
  for (const [index, { width, total }] of rounds.entries()) {
    const times = [];
    let left = total;
    const started = performance.now();
    const lane = async () => {
      while (left-- > 0) times.push(await run());
    };
    await Promise.all(Array.from({ length: width }, lane));
    if (index > 0) process.stdout.write(`${JSON.stringify({ width, total, wallMs: performance.now() - started, times })}\n`);
  }
  server.closeAllConnections();
  server.close();
}
