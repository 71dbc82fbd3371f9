// Finds an environment's service in what mcp-local has written down.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { LocalEnvironment, localFiles, type LocalService, RetryableError, TerminalError } from '@awo/contracts';

/** Throws TerminalError `unknown-environment` or `unknown-service`, naming what is known. */
export function findService(home: string, environment: string, service: string): LocalService {
  const known = knownEnvironments(home);
  if (!known.includes(environment))
    throw new TerminalError('unknown-environment', `No environment "${environment}" on this machine. Known: ${known.join(', ') || 'none'}.`);
  const { services } = read(localFiles(home, environment).state);
  const found = services.find((s) => s.name === service && s.revisions.length > 0);
  if (found) return found;
  const names = services.filter((s) => s.revisions.length > 0).map((s) => s.name);
  throw new TerminalError('unknown-service', `No service "${service}" in ${environment}. Known: ${names.join(', ') || 'none'}.`);
}

function knownEnvironments(home: string): string[] {
  const root = `${home}/local`;
  return existsSync(root) ? readdirSync(root).filter((name) => existsSync(localFiles(home, name).state)) : [];
}

function read(path: string): LocalEnvironment {
  try {
    return LocalEnvironment.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new RetryableError('tool-unavailable', `${path} could not be read: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}.`, 1000);
  }
}
