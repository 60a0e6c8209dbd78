import { Argument, type Command } from 'commander';
import type { Context } from '../context.ts';
import { SCRIPTS } from './scripts.ts';

export function registerCompletion(command: Command, context: Context): void {
  command
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      `
bash: hookline completion bash > ~/.local/share/bash-completion/completions/hookline
zsh:  hookline completion zsh > "\${fpath[1]}/_hookline"
fish: hookline completion fish > ~/.config/fish/completions/hookline.fish`,
    )
    .action((shell: keyof typeof SCRIPTS) => context.terminal.out(SCRIPTS[shell]));
}
