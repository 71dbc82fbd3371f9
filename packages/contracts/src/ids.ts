// Identifiers and small value types shared by every contract. All ids are NATS-safe.
import { z } from 'zod';

/** A token that can stand in a NATS subject: no dot, space, `*` or `>`. */
export const Token = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, 'use letters, digits, "-" and "_" only');

/** `g` and ten Crockford base-32 digits, derived from the message that brought the goal. */
export const GoalId = z.string().regex(/^g[0-9a-hjkmnp-tv-z]{10}$/, 'a goal id looks like g7k2m9q4xw0');
export type GoalId = z.infer<typeof GoalId>;

/** A full git object id. */
export const Sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full git commit id');
export type Sha = z.infer<typeof Sha>;

/** Name of an evidence object: the SHA-256 of its bytes. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
export type Digest = z.infer<typeof Digest>;

/** UTC time, ISO 8601 with milliseconds. */
export const Timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

/** Any JSON object. Not a record of unknowns: that looks at every key, and a commit holds dozens of these, read at every hand-over. */
export const JsonObject = z.looseObject({});

/** The agents, in the order in which a release meets them. */
export const AGENT_ROLES = ['planner', 'impact', 'test', 'deploy', 'monitor', 'diagnosis'] as const;
export const Role = z.enum(AGENT_ROLES);
export type Role = z.infer<typeof Role>;

/** Who may append to a goal's log: an agent, or a person through the CLI. */
export const Author = z.enum([...AGENT_ROLES, 'operator']);
export type Author = z.infer<typeof Author>;

/** Who is next: an agent, or nobody (a record without hand-over, and the end). */
export const Addressee = z.enum([...AGENT_ROLES, 'nobody']);
export type Addressee = z.infer<typeof Addressee>;

/** A name people give: services, environments, units. */
export const Name = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'start with a letter or digit, then letters, digits, "-" and "_"');

/** A path of a URL or of this machine. A pattern, as `startsWith` becomes a format that readers of JSON Schema do not know and complain about. */
export const AbsolutePath = z.string().regex(/^\//, 'a path that starts with /');
