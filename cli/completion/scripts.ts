export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** What `kennel complete` prints where names of files are wanted: the shell knows them better. */
export const FILES = ":files";

/**
 * The script that makes a shell ask `kennel complete` at each press of Tab.
 *
 * @param kennel - the words that start this very command line, wherever it is installed and however it was called.
 */
export function completionScript(shell: Shell, kennel: readonly string[]): string {
  const command = kennel.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  return { bash, zsh, fish }[shell](command);
}

function bash(kennel: string): string {
  return `# kennel: completion for bash. Add to ~/.bashrc:  source <(kennel completion bash)
_kennel() {
  local reply word line
  word="\${COMP_WORDS[COMP_CWORD]}"
  reply="$(${kennel} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)"
  COMPREPLY=()
  if [ "$reply" = "${FILES}" ]; then
    compopt -o filenames 2>/dev/null
    [ "$word" != "=" ] || word=""
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word")
    return
  fi
  while IFS= read -r line; do
    [ -z "$line" ] || COMPREPLY+=("\${line%%$'\\t'*}")
  done <<< "$reply"
}
complete -F _kennel kennel`;
}

function zsh(kennel: string): string {
  return `#compdef kennel
# kennel: completion for zsh. Add to ~/.zshrc, after compinit:  source <(kennel completion zsh)
_kennel() {
  local -a lines described
  local line
  lines=("\${(@f)$(${kennel} complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "$lines[1]" == "${FILES}" ]]; then
    [[ "$PREFIX" != --*=* ]] || compset -P '*='
    _files
    return
  fi
  for line in $lines; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe kennel described
}
compdef _kennel kennel`;
}

function fish(kennel: string): string {
  return `# kennel: completion for fish. Save as ~/.config/fish/completions/kennel.fish:  kennel completion fish > …
function __kennel_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l lines (${kennel} complete -- $words[2..-1] 2>/dev/null)
  if test "$lines[1]" = "${FILES}"
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $lines
  end
end
complete -c kennel -f -a '(__kennel_complete)'`;
}
