// Completion scripts for shells, written out of the command tree: they start no process while somebody types. Pure.
import type { Command, Option } from 'commander';

type Word = { name: string; description: string };
type Flag = Word & { choices: readonly string[]; takesValue: boolean };
export type Tree = { path: readonly string[]; words: Word[]; flags: Flag[] };

const flagOf = (option: Option): Flag => ({
  name: option.long ?? option.short ?? '',
  description: option.description,
  choices: option.argChoices ?? [],
  takesValue: Boolean(option.required || option.optional),
});

/** Every command with the words and options that may follow it. */
export function treeOf(program: Command, path: readonly string[] = [], inherited: Flag[] = []): Tree[] {
  const flags = [...program.options.map(flagOf), ...inherited];
  const below = program.commands.filter((c) => c.name() !== 'list');
  // Arguments with a closed list describe themselves by it: `bash, zsh, fish`.
  const listed = program.registeredArguments.flatMap((a) => (/^[a-z]+(, [a-z]+)+$/.test(a.description) ? a.description.split(', ') : []));
  const words = [...below.map((c) => ({ name: c.name(), description: c.description() })), ...listed.map((name) => ({ name, description: '' }))];
  return [{ path, words, flags }, ...below.flatMap((c) => treeOf(c, [...path, c.name()], flags))];
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const key = (path: readonly string[]) => path.join(' ');

export function bashScript(tree: readonly Tree[]): string {
  const cases = tree.map((t) => `    ${quoted(key(t.path))}) words=${quoted([...t.words, ...t.flags].map((w) => w.name).join(' '))} ;;`);
  const choices = new Map(tree.flatMap((t) => t.flags.filter((f) => f.choices.length > 0).map((f) => [f.name, f.choices.join(' ')])));
  const commands = tree.filter((t) => t.path.length > 0).map((t) => quoted(key(t.path)));
  return `# bash completion of awo: source <(awo completion bash)
_awo() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' words='' word
  case $prev in
${[...choices].map(([flag, values]) => `    ${flag}) COMPREPLY=($(compgen -W ${quoted(values)} -- "$cur")); return ;;`).join('\n')}
    --repo|--home) COMPREPLY=($(compgen -d -- "$cur")); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${commands.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case $path in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [[ $path == submit ]] && COMPREPLY+=($(compgen -f -- "$cur"))
}
complete -F _awo awo
`;
}

export function zshScript(tree: readonly Tree[]): string {
  return `#compdef awo
# zsh completion of awo: awo completion zsh > "\${fpath[1]}/_awo"
autoload -U +X bashcompinit && bashcompinit
${bashScript(tree).split('\n').slice(1).join('\n')}`;
}

export function fishScript(tree: readonly Tree[]): string {
  const lines = tree.flatMap(({ path, words, flags }) => {
    const [last] = path.slice(-1);
    const here =
      last === undefined
        ? '__fish_use_subcommand'
        : path.length === 1
          ? `__fish_seen_subcommand_from ${last}`
          : `__fish_seen_subcommand_from ${path[0]}; and __fish_seen_subcommand_from ${last}`;
    const own = path.length === 0 ? flags : flags.filter((f) => !tree[0]?.flags.some((g) => g.name === f.name));
    const when = path.length === 0 ? '' : ` -n ${quoted(here)}`;
    return [
      ...words.map((w) => `complete -c awo -f -n ${quoted(here)} -a ${w.name} -d ${quoted(w.description)}`),
      ...own.map(
        (f) =>
          `complete -c awo${when} -l ${f.name.replace(/^--/, '')}${f.choices.length > 0 ? ` -x -a ${quoted(f.choices.join(' '))}` : f.takesValue ? ' -r' : ''} -d ${quoted(f.description)}`,
      ),
    ];
  });
  return `# fish completion of awo: awo completion fish | source\n${lines.join('\n')}\n`;
}
