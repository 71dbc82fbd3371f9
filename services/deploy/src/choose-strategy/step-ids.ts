// Ids of rollout steps: readable, at most 64 characters, never twice in a plan. Pure.
import { createHash } from 'node:crypto';

const LONGEST = 64;

/** Gives ids in the form `shift-cart-5`. What would be too long or taken gets eight digits of its own hash instead. */
export function stepIds(taken: readonly string[]): (...parts: (string | undefined)[]) => string {
  const used = new Set(taken);
  return (...parts) => {
    const whole = parts.filter((p) => p !== undefined).join('-');
    let id = whole;
    for (let n = 0; id.length > LONGEST || used.has(id); n++) {
      const digits = createHash('sha256')
        .update(JSON.stringify([parts, n]))
        .digest('hex')
        .slice(0, 8);
      id = `${whole.slice(0, LONGEST - digits.length - 1)}-${digits}`;
    }
    used.add(id);
    return id;
  };
}
