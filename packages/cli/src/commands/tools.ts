// awo tools: the servers behind the capabilities, and attaching those of others.
import type { ToolServerInfo } from '@awo/contracts';
import { toolAdmin } from '@awo/tools/admin';
import type { CliContext } from '../context.ts';
import { EXIT, UnreachableError, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { didYouMean } from '../nearest.ts';
import { table } from '../output/columns.ts';
import { print } from '../output/print.ts';
import type { Style } from '../output/style.ts';
import { withSession } from '../session.ts';

export type AddOptions = { url?: string | undefined; env?: string[] | undefined };
type Request = Parameters<typeof toolAdmin>[2];
type Verb = Parameters<typeof toolAdmin>[1];

const VERBS: readonly Verb[] = ['list', 'add', 'pin', 'remove'];
const SHORT_DIGEST = 19;

/** `word` is what stood where a verb belongs. */
export function listTools(context: CliContext, word: string | undefined): Promise<ExitCode> {
  if (word !== undefined) throw new UsageError(`"${word}" is nothing that awo tools does.`, didYouMean(word, VERBS));
  return administer(context, 'list', {}, (servers, wide) => serverLines(servers, context.terminal.style, wide));
}

export function addTools(context: CliContext, name: string, command: readonly string[], { url, env }: AddOptions): Promise<ExitCode> {
  if (url && command.length > 0) throw new UsageError('A server is started by a command or reached by --url, not both.');
  if (!url && command.length === 0)
    throw new UsageError('How is the server started or reached?', `awo tools add ${name} -- COMMAND ARGS...   or   awo tools add ${name} --url URL`);
  if (url && env && env.length > 0)
    throw new UsageError(
      '--env names variables for a server that is started by a command; one that is reached by --url gets none.',
      `awo tools add ${name} --url ${url}`,
    );
  if (url && !URL.canParse(url)) throw new UsageError(`"${url}" is no URL.`, 'Such as https://example.org/mcp');
  const request: Request = { name, ...(url ? { url } : { command: [...command] }), ...(env ? { env } : {}) };
  return administer(context, 'add', request, (servers) =>
    one(servers, name, (s) => [`${name} is attached: ${s.tools.length} tools, their definitions pinned as they are now.`, ...toolLines(s)]),
  );
}

export const pinTools = (context: CliContext, name: string): Promise<ExitCode> =>
  administer(context, 'pin', { name }, (servers) =>
    one(servers, name, (s) => [`${name}: ${s.tools.length} definitions pinned as they are now.`, ...toolLines(s)]),
  );

export const removeTools = (context: CliContext, name: string): Promise<ExitCode> => administer(context, 'remove', { name }, () => [`${name} is detached.`]);

const administer = (context: CliContext, verb: Verb, request: Request, text: (servers: ToolServerInfo[], wide: boolean) => string[]): Promise<ExitCode> =>
  withSession(context, async ({ bus }) => {
    const servers = await toolAdmin(bus, verb, request).catch((error: unknown) => {
      if (error instanceof Error && /no ?responders|timeout/i.test(`${error.name} ${error.message}`))
        throw new UnreachableError('Toolgate does not answer.', 'Look at it with: npx awo doctor');
      throw error;
    });
    await print(context.terminal, context.format, { servers }, (wide) => text(servers, wide));
    return EXIT.reached;
  });

const one = (servers: readonly ToolServerInfo[], name: string, text: (server: ToolServerInfo) => string[]): string[] =>
  servers.filter((s) => s.name === name).flatMap(text);

const toolLines = (server: ToolServerInfo): string[] => server.tools.map((t) => `  ${t.capability}  ${t.effect}`);

function serverLines(servers: readonly ToolServerInfo[], style: Style, wide: boolean): string[] {
  const digest = (text: string) => (wide ? text : text.slice(0, SHORT_DIGEST));
  return servers
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((server, i) => {
      const colour = server.health === 'up' ? 'green' : server.health === 'down' ? 'red' : 'yellow';
      const first = `${style('bold', server.name)}  ${style(colour, server.health)}  ${style('dim', `${server.transport}: ${server.target}`)}`;
      const rows = server.tools.map((t) => [
        t.capability,
        t.effect,
        t.state,
        t.pinned ? digest(t.pinned) : '–',
        t.state === 'changed' ? `now ${digest(t.digest)}` : '',
      ]);
      return [
        ...(i > 0 ? [''] : []),
        first,
        ...(server.detail ? [`  ${server.detail}`] : []),
        ...(server.health === 'quarantined' ? [`  Its definitions changed after they were pinned. Accept them with: awo tools pin ${server.name}`] : []),
        ...(rows.length > 0 ? table([{ head: 'TOOL' }, { head: 'EFFECT' }, { head: 'STATE' }, { head: 'PINNED' }, { head: '' }], rows, '  ') : []),
      ];
    });
}
