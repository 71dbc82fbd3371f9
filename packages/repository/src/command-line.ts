// Splits a command line into arguments without a shell, and says where only a shell could. Pure.

export type CommandLine = {
  /** NAME=value in front of the command. */
  env: Record<string, string>;
  argv: string[];
};

/** The parts of `a && b && c`, each as arguments; null where a shell is needed (pipes, redirects, `;`, `$(...)`, variables but PORT). */
export function splitScript(script: string): CommandLine[] | null {
  const parts: CommandLine[] = [];
  let words: string[] = [];
  let word = '';
  let open = false;
  const endWord = () => {
    if (open) words.push(word);
    [word, open] = ['', false];
  };
  const endPart = () => {
    endWord();
    if (words.length > 0) parts.push(withoutEnv(words));
    words = [];
  };
  for (let i = 0; i < script.length; i++) {
    const c = script[i] ?? '';
    if (c === '"' || c === "'") {
      const end = script.indexOf(c, i + 1);
      const inner = end < 0 ? '' : script.slice(i + 1, end);
      if (end < 0 || (c === '"' && needsShell(inner))) return null;
      word += c === '"' ? portOf(inner).replace(/\\(["\\$`])/g, '$1') : inner;
      [open, i] = [true, end];
    } else if (c === '\\' && i + 1 < script.length) {
      word += script[++i] ?? '';
      open = true;
    } else if (script.startsWith('&&', i)) {
      endPart();
      i++;
    } else if (/\s/.test(c)) endWord();
    else if (c === '$') {
      const port = /^\$(?:PORT\b|\{PORT(?::?-[^}]*)?\})/.exec(script.slice(i))?.[0];
      if (port === undefined) return null;
      word += '$PORT';
      [open, i] = [true, i + port.length - 1];
    } else if (/[|;&<>`()]/.test(c)) return null;
    else {
      word += c;
      open = true;
    }
  }
  endPart();
  return parts.length > 0 && parts.every(({ argv }) => argv.length > 0) ? parts : null;
}

/** One command; null where it is several or needs a shell. */
export function splitCommand(line: string): CommandLine | null {
  const parts = splitScript(line);
  return parts?.length === 1 ? (parts[0] ?? null) : null;
}

const portOf = (text: string): string => text.replace(/\$\{PORT(?::?-[^}]*)?\}/g, '$PORT');
const needsShell = (text: string): boolean => /[`$]/.test(portOf(text).replace(/\$PORT\b/g, ''));

function withoutEnv(words: string[]): CommandLine {
  const env: Record<string, string> = {};
  let i = 0;
  for (; i < words.length; i++) {
    const word = words[i] ?? '';
    const pair = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word);
    if (pair?.[1] !== undefined) env[pair[1]] = pair[2] ?? '';
    else if (word !== 'cross-env' && word !== 'env' && word !== 'exec') break;
  }
  return { env, argv: words.slice(i) };
}
