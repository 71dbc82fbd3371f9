// Starts mcp-git. The only reader of the process environment here.
import { join } from 'node:path';
import { TerminalError } from '@awo/contracts';
import { serveTools } from '@awo/tools';
import { gitTools } from './server.ts';

const home = process.env['AWO_HOME'];
if (!home) throw new TerminalError('bad-config', 'AWO_HOME is not set. It is the absolute folder of the installation, normally set by `awo up`.');

const git = gitTools({ cacheDir: join(home, 'cache', 'imports') });
await serveTools({ name: 'mcp-git', version: '0.1.0', tools: git.tools, env: process.env, onStop: git.close });
