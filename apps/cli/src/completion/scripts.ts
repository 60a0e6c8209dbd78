// Each script asks `hookline __complete <words>` for the words that fit in place of the last one, one per line.

const BASH = `# Completion of hookline for bash.
_hookline() {
  local IFS=$'\\n'
  COMPREPLY=($(hookline __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _hookline hookline
`;

const ZSH = `#compdef hookline
# Completion of hookline for zsh.
local -a found
found=(\${(f)"$(hookline __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
(( \${#found} )) && compadd -a found || _files
`;

const FISH = `# Completion of hookline for fish.
function __hookline_complete
  set -l words (commandline -opc) (commandline -ct)
  hookline __complete $words[2..-1] 2>/dev/null
end
complete -c hookline -f -a '(__hookline_complete)'
`;

export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
