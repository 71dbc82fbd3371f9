// A model for the drills that reads right, lies or breaks: `node scripted-main.ts MODE` serves the OpenAI API and prints its address.
import { HYPOTHESIS_LIES, scriptedModel, tellsTruth } from '@awo/testing';
import type { Said, Truth } from '@awo/testing';

type Mode = (truth: Truth) => Said;

function lie(named: string): Mode {
  const [, tell] = HYPOTHESIS_LIES.find(([what]) => what === named) ?? [];
  if (!tell) throw new Error(`There is no lie "${named}".`);
  return tell;
}
const MODES: Readonly<Record<string, Mode>> = {
  right: tellsTruth,
  lying: lie('words that the line does not say'),
  inventing: lie('a cause that nobody ranked'),
  verbose: lie('words around its answer'),
  slow: lie('a body that drips'),
  silent: lie('silence'),
};
/** What there is to break where there is nothing to read. */
const NOBODY: Truth = { entity: 'nobody', cause: 'nothing', evidence: 'sha256:0', line: 1, quote: 'nobody said so' };

const [mode = ''] = process.argv.slice(2);
const tell = MODES[mode];
if (tell) {
  const { url, close } = await scriptedModel((body) => {
    const truth = truthIn(body);
    return truth || mode !== 'right' ? tell(truth ?? NOBODY) : { say: '{"hypotheses":[]}' };
  });
  process.stdout.write(`${url}\n`);
  // Whoever started it is gone.
  process.stdin.on('end', () => void close()).resume();
} else {
  process.stderr.write(`No model "${mode}". Known: ${Object.keys(MODES).join(', ')}.\n`);
  process.exitCode = 2;
}

/** The newest line of the logs that names a data source among the hypotheses: what somebody finds who reads them. */
function truthIn(body: string): Truth | undefined {
  const { messages } = JSON.parse(body) as { messages: { content: string }[] };
  const [hypotheses = [], logs = []] = (messages.at(-1)?.content ?? '').split('\n\n').map((piece) => piece.split('\n'));
  const ranked = hypotheses.flatMap((row) => {
    const [, cause = '', entity = '', variable = ''] = /^\d+\| (\S+) on (\S+\/(\S+))$/.exec(row) ?? [];
    return variable === '' ? [] : [{ cause, entity, variable }];
  });
  for (const row of logs.toReversed()) {
    const [, line = '', says = ''] = /^(\d+)\| (\[.*)$/.exec(row) ?? [];
    const meant = ranked.find(({ variable }) => says.includes(variable));
    if (meant)
      return {
        ...meant,
        evidence: /named (\S+),/.exec(logs[0] ?? '')?.[1] ?? '',
        line: Number(line),
        quote: says.slice(says.indexOf(meant.variable)).slice(0, 40),
      };
  }
  return undefined;
}
