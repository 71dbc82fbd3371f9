// Starts the server mcp-tests. The only reader of the process environment here.
import { TerminalError } from '@awo/contracts';
import { serveTools } from '@awo/tools';
import { testTools } from './server.ts';
import { settingsFrom } from '@awo/test-run';

const home = process.env.AWO_HOME;
if (!home) throw new TerminalError('bad-config', 'AWO_HOME is not set. It is the absolute folder of the installation, normally set by `awo up`.');

await serveTools({ name: 'mcp-tests', version: '0.1.0', tools: testTools(settingsFrom(process.env, home)), env: process.env });
