// What the tests need to know of a repository that is not ours.
import type { Files } from '@awo/testing';

export interface ForeignRepository {
  what: string;
  environment: string;
  /** That its first release brings up. */
  services: string[];
  files: Files;
  /** A commit with green tests, of which one request in ten fails. */
  bad: { service: string; files: Files };
  /** A commit that fails a test, and what the verdict has to name. */
  broken: { files: Files; names: string };
}
