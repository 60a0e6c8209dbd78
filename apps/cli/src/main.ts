import { readFileSync } from 'node:fs';
import { run } from './run.ts';
import { createProcessTerminal } from './terminal/process-terminal.ts';

/** The package's own file lies beside the folder of this one, bundled or not. */
function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const argv = process.argv.slice(2);
const terminal = createProcessTerminal(process, {
  noColor: argv.includes('--no-color'),
  exit: (code) => process.exit(code),
});
const exitCode = await run(argv, terminal, readVersion());
// What was written must be out before the process ends: a pipe takes it later.
await Promise.all(
  [process.stdout, process.stderr].map(
    (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
  ),
);
process.exit(exitCode);
