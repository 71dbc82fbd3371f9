// A list of services that has only some of the product's: a test of those starts in a third of the time.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '@awo/embedded';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

const List = z.object({ provisioner: z.string(), services: z.array(z.looseObject({ name: z.string() })) });

/** Gives the path of the list, for `servicesFile`. */
export function fewServices(folder: string, names: readonly string[]): string {
  const list = List.parse(parse(readFileSync(join(CHECKOUT, 'deploy/services.yaml'), 'utf8')));
  const file = join(folder, 'services.yaml');
  writeFileSync(file, stringify({ ...list, services: list.services.filter(({ name }) => names.includes(name)) }));
  return file;
}
