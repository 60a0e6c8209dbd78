/**
 * The reference in docs/cli.md, generated from the commands of the CLI. `--write` updates it; without an option (a part of
 * `npm run lint`) it fails if the reference is out of date.
 */
import { readFileSync } from 'node:fs';
import { createProgram } from '../apps/cli/src/create-program.ts';
import { describeCommands } from '../apps/cli/src/describe-commands.ts';
import { createProcessTerminal } from '../apps/cli/src/terminal/process-terminal.ts';
import { replaceBetween, writeOrCheck } from './generated-file.ts';

const PAGE = 'docs/cli.md';
const START = '<!-- commands: node --conditions=@hookline/source scripts/cli-reference.ts --write -->\n';
const END = '<!-- end of commands -->\n';

const terminal = createProcessTerminal(process, { noColor: true, exit: (code) => process.exit(code) });
const { command } = await createProgram(
  { terminal, paths: { config: '/nowhere', cursors: '/nowhere' }, version: '' },
  () => true,
);
writeOrCheck({
  file: PAGE,
  current: replaceBetween(readFileSync(PAGE, 'utf8'), START, END, `\n${describeCommands(command)}\n\n`),
  upToDate: `${PAGE} has every command and option of the CLI.`,
  stale: `${PAGE} does not have the commands and options as the CLI has them.`,
});
