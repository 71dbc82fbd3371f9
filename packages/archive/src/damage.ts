// What is said when the archive is not as it was written.
import { TerminalError } from '@awo/contracts';

export const damaged = (what: string): TerminalError =>
  new TerminalError('archive-damaged', `The archive is damaged: ${what}.`, 'What is wrong where is listed by: awo archive verify');

export const missing = (pack: number, place: string): TerminalError =>
  new TerminalError(
    'archive-damaged',
    `Pack ${pack} is not in ${place}.`,
    'Put it back from a backup; until then nothing more is sealed or taken out of the log.',
  );
