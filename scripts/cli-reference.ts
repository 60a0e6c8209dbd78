/**
 * The reference in docs/cli.md, and the commands that the reference of the API shows beside its calls, generated from the
 * commands of the CLI. `--write` updates both; without an option (a part of `npm run lint`) it fails if one is out of date.
 */
import { readFileSync } from 'node:fs';
import { createProgram } from '../apps/cli/src/create-program.ts';
import { describeCalls } from '../apps/cli/src/describe-calls.ts';
import { describeCommands } from '../apps/cli/src/describe-commands.ts';
import { createProcessTerminal } from '../apps/cli/src/terminal/process-terminal.ts';
import { replaceBetween, writeOrCheck } from './generated-file.ts';

const PAGE = 'docs/cli.md';
const CALLS = 'apps/gateway/assets/cli-calls.json';
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

const calls = describeCalls(command);
writeOrCheck({
  file: CALLS,
  current: `${JSON.stringify(calls, null, 2)}\n`,
  upToDate: `${CALLS} has the commands of ${Object.keys(calls).length} operations.`,
  stale: `${CALLS} does not have the commands as the CLI has them.`,
});
