// Options whose values come from a closed list: anything else is refused with the nearest right word.
import { InvalidArgumentError, Option } from 'commander';
import { didYouMean } from '../nearest.ts';

export const oneOf =
  (choices: readonly string[]) =>
  (value: string): string => {
    if (choices.includes(value)) return value;
    throw new InvalidArgumentError(didYouMean(value, choices));
  };

export const choice = (flags: string, description: string, choices: readonly string[]): Option =>
  new Option(flags, description).choices(choices).argParser(oneOf(choices));
