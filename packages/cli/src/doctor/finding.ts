// A finding of the doctor: what was looked at, how it is, and the way out.

export type Level = 'ok' | 'warn' | 'fail';
export type Finding = { name: string; level: Level; detail: string; hint: string | null };

export const ok = (name: string, detail: string): Finding => ({ name, level: 'ok', detail, hint: null });
export const warn = (name: string, detail: string, hint: string): Finding => ({ name, level: 'warn', detail, hint });
export const fail = (name: string, detail: string, hint: string): Finding => ({ name, level: 'fail', detail, hint });

/** What a look that throws found: that it could not look. */
export async function looking(name: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [fail(name, `cannot be looked at: ${error instanceof Error ? error.message : String(error)}`, 'The findings above may say why.')];
  }
}

/** Up to three of a list, and how many more there are. */
export const some = (list: readonly string[]): string => `${list.slice(0, 3).join('; ')}${list.length > 3 ? `; and ${list.length - 3} more` : ''}`;
