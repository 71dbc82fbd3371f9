// Health of a process: probes that its parts register, asked by /livez and /readyz.

/** Null: fine. Else what is wrong, for people. */
export type Probe = () => string | null | Promise<string | null>;
/** `live`: would a restart help? `ready`: can it do its work now? */
export type Probes = { live: Readonly<Record<string, Probe>>; ready: Readonly<Record<string, Probe>> };
export type HealthReport = { ok: boolean; checks: { name: string; ok: boolean; detail: string | null }[] };

/** A probe that does not answer in this time has failed. */
const PROBE_WITHIN_MS = 2500;

export async function askProbes(probes: Readonly<Record<string, Probe>>): Promise<HealthReport> {
  const checks = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => {
      const detail = await within(probe).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
      return { name, ok: detail === null, detail };
    }),
  );
  return { ok: checks.every((check) => check.ok), checks };
}

async function within(probe: Probe): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve(`no answer within ${PROBE_WITHIN_MS} ms`), PROBE_WITHIN_MS)));
  try {
    return await Promise.race([Promise.resolve(probe()), late]);
  } finally {
    clearTimeout(timer);
  }
}
