// Writes down what was compiled: node does so at the end of a process, and kill -9 leaves it none.
import { flushCompileCache } from 'node:module';

setTimeout(flushCompileCache, 2000).unref();
