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
/** Each app has its own copy, because an app reads no files of another. */
const CALLS = ['apps/gateway/assets/cli-calls.json', 'apps/dashboard/src/changes/cli-calls.json'];
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
for (const file of CALLS) {
  writeOrCheck({
    file,
    current: `${JSON.stringify(calls, null, 2)}\n`,
    upToDate: `${file} has the commands of ${Object.keys(calls).length} operations.`,
    stale: `${file} does not have the commands as the CLI has them.`,
  });
}
