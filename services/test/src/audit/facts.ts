// What an audit of a selection is judged from. JSON, so that it can be decided again from the record.
import type { AuditDesign } from '@awo/contracts';
import type { SuiteResult } from '@awo/contracts';

export type Audited = {
  suite: string;
  atHead: SuiteResult;
  /** The same suite before the change; null: it passed at head, so nobody looked, or it did not exist. */
  atBase: SuiteResult | null;
};

export type AuditFacts = { head: string; design: AuditDesign; audited: Audited[]; /** Drawn, and not in the repository at `head`. */ unknown: string[] };
