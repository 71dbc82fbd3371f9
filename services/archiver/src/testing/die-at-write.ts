// Loaded before the archiver: kill -9 right before the n-th write to a socket, so that a test can die at every point there is.
import { Socket } from 'node:net';

const at = Number(process.env['DIE_AT_WRITE']);
const write = Socket.prototype.write;
let count = 0;
Socket.prototype.write = function (this: Socket, ...args: Parameters<typeof write>) {
  if (++count === at) process.kill(process.pid, 'SIGKILL');
  return write.apply(this, args);
} as typeof write;
