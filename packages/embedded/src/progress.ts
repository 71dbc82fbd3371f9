// What a start reports while it goes on, and the ticking line for things that take long.

/** One line for a person: what is done, and why. */
export interface Progress {
  phase: 'nats-server' | 'provision' | 'services' | 'ready';
  text: string;
}
export type Report = (progress: Progress) => void;

/** Reports `text` and then, every 5 s, that it still goes on. */
export async function ticking<T>(report: Report, phase: Progress['phase'], text: string, work: () => Promise<T>): Promise<T> {
  const from = Date.now();
  report({ phase, text });
  const timer = setInterval(() => report({ phase, text: `  … still at it, ${Math.round((Date.now() - from) / 1000)} s` }), 5_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
