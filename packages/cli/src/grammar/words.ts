// The words of the goal language: verbs, prepositions, fillers, and splitting a sentence into them. Pure.
import type { GoalKind } from '@awo/contracts';

/** Every form that is understood, shown when something was not. */
export const FORMS: Readonly<Record<GoalKind, readonly string[]>> = {
  release: [
    'release cart to production',
    'release cart at v1.2 to staging',
    'release everything from /path/to/repository to production',
    'release cart to production as canary and supersede',
  ],
  rollback: ['roll back cart in production', 'roll back production'],
  test: ['test main', 'test HEAD in /path/to/repository against v1.1'],
  remediate: ['repair cart in production', 'mend cart in staging'],
  assess: ['assess HEAD~1 against main', 'assess main..feature in /path/to/repository'],
};

export const VERBS: ReadonlyMap<string, GoalKind> = new Map<string, GoalKind>([
  ['release', 'release'],
  ['deploy', 'release'],
  ['ship', 'release'],
  ['roll out', 'release'],
  ['rollout', 'release'],
  ['rollback', 'rollback'],
  ['roll-back', 'rollback'],
  ['roll back', 'rollback'],
  ['revert', 'rollback'],
  ['undo', 'rollback'],
  ['remediate', 'remediate'],
  ['repair', 'remediate'],
  ['mend', 'remediate'],
  ['fix', 'remediate'],
  ['heal', 'remediate'],
  ['test', 'test'],
  ['run tests', 'test'],
  ['assess', 'assess'],
  ['analyse', 'assess'],
  ['analyze', 'assess'],
]);

/** Words that carry nothing wherever they stand between clauses. */
export const FILLERS: ReadonlySet<string> = new Set([
  'please',
  'kindly',
  'now',
  'the',
  'service',
  'services',
  'tests',
  'what',
  'runs',
  'running',
  'is',
  'impact',
]);
/** Words that may stand between a preposition and its value. */
export const NOUNS: ReadonlySet<string> = new Set(['the', 'revision', 'commit', 'tag', 'branch', 'repository', 'repo', 'environment', 'service', 'a']);
export const EVERYTHING: ReadonlySet<string> = new Set(['everything', 'all', 'whatever', 'changes']);
/** `all that changed`. */
export const AFTER_EVERYTHING: ReadonlySet<string> = new Set(['that', 'which', 'has', 'changed']);

export const PREPOSITIONS: ReadonlySet<string> = new Set([
  'to',
  'into',
  'on',
  'in',
  'at',
  'of',
  'for',
  'from',
  'as',
  'with',
  'by',
  'using',
  'and',
  'or',
  'against',
  'vs',
  'versus',
  'since',
  'superseding',
  'waiting',
  'compared',
]);

/** Environment names that are taken for one where a sentence could mean a service as well. */
export const USUAL_ENVIRONMENTS: readonly string[] = ['production', 'staging', 'development', 'preview', 'qa', 'demo'];

export const looksLikePath = (word: string): boolean => /^(\/|\.{1,2}(\/|$)|~\/|~$|[A-Za-z]:\\)/.test(word);

/** Splits at blanks; quotes hold a value together; a full stop, comma or exclamation mark at the end of a word carries nothing. */
export function splitWords(sentence: string): string[] {
  const words: string[] = [];
  for (const match of sentence.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
    const quoted = match[1] ?? match[2];
    if (quoted !== undefined) words.push(quoted);
    else {
      const bare = match[3] ?? '';
      const word = looksLikePath(bare) ? bare : bare.replace(/[.,!?]+$/, '');
      if (word) words.push(word);
    }
  }
  return words;
}
