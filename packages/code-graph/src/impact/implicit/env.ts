// Environment variables: set in .env, compose, manifests, Dockerfiles and code; read in every language. Pure.
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const NAME = '[A-Z][A-Z0-9_]{2,}';
const DATA = /(^|\/)(\.env[^/]*|[^/]*\.env|Procfile|(Docker|Container)file[^/]*)$|\.(ya?ml|json|tf|tfvars|properties|toml|cfg|ini|conf)$/;
const SET_IN_DATA = new RegExp(
  `^[ \\t]*(?:-[ \\t]*)?(?:export[ \\t]+|ENV[ \\t]+|ARG[ \\t]+)?["']?(${NAME})["']?[ \\t]*[=:]|^[ \\t]*(?:ENV|ARG)[ \\t]+(${NAME})\\b|^[ \\t]*-?[ \\t]*name["']?[ \\t]*[:=][ \\t]*["']?(${NAME})["']?[ \\t]*$`,
  'gm',
);
const SET_IN_CODE = new RegExp(
  `process\\.env\\.(${NAME})\\s*=[^=]|os\\.environ\\[["'](${NAME})["']\\]\\s*=[^=]|(?:os\\.Setenv|setenv|set_var)\\(\\s*["'](${NAME})["']`,
  'g',
);
const READ = new RegExp(
  [
    `\\benv\\.(${NAME})`,
    `\\benv\\[["'](${NAME})["']\\]`,
    `environ(?:\\.get)?[[(]\\s*["'](${NAME})["']`,
    `[eE]nv\\w*(?:::\\w+)?!?\\(\\s*["'](${NAME})["']`,
    `GetEnvironmentVariable\\(\\s*["'](${NAME})["']`,
    `ENV(?:\\.fetch\\(|\\[)\\s*["'](${NAME})["']`,
    `\\$\\{(${NAME})[:}?-]`,
  ].join('|'),
  'g',
);
const picked = (match: RegExpExecArray): string | undefined => match.slice(1).find((group) => group !== undefined);

const reads = (name: string): RegExp => {
  const n = escaped(name);
  return new RegExp(
    `\\benv\\.${n}\\b|["'\`]${n}["'\`]|\\$\\{${n}[:}?-]|\\$${n}\\b|[{,]\\s*${n}\\s*(?:[:=,][^}\\n]*)?\\}\\s*=\\s*(?:process|import\\.meta)\\.env|^\\s*${n}\\s*:\\s*(?:str|int|bool|float|z\\.|Optional)`,
    'm',
  );
};

/** Whoever sets a variable is depended on by whoever reads it; a reader that stops reading a name leaves the others that read it behind. */
export const env: Detector = {
  kind: 'env',
  signals(source, path): Signal[] {
    const text = withoutComments(source);
    return DATA.test(path) ? signalsOf(text, SET_IN_DATA, picked) : [...signalsOf(text, SET_IN_CODE, picked), ...signalsOf(text, READ, picked)];
  },
  needle: (name) => name,
  answer(name, { path, source, sameUnit }, changed) {
    if (DATA.test(path) && !/\$\{?/.test(source)) return null;
    const fromData = DATA.test(changed.path);
    // Two readers of one variable depend on its setter, not on each other, unless the name itself went away in one of them.
    if (!fromData && (!changed.gone || sameUnit)) return null;
    // What an image sets is seen inside of it only.
    if (!sameUnit && /(Docker|Container)file[^/]*$/.test(changed.path)) return null;
    const found = firstLine(withoutComments(source), reads(name));
    return found && { line: found.line, confidence: fromData ? 0.9 : 0.6, text: `reads the environment variable ${name}` };
  },
  additionsMatter: true,
  blocks: true,
};
