// Loaded into a process under test by `--import`, with `--expose-gc`. At SIGURG, which no service uses and which does
// nothing otherwise, it collects garbage and writes what is left to the file that its own address names.
import { renameSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

const file = new URL(import.meta.url).searchParams.get('file');
const { gc } = globalThis;
if (!gc || !file) throw new Error('report-memory needs --expose-gc and ?file=');

process.on('SIGURG', async () => {
  // What the first collection finalizes is garbage for the second.
  for (let turn = 0; turn < 2; turn++) {
    gc({ type: 'major', flavor: 'last-resort' });
    await nextTurn();
  }
  const { heapUsed, external } = process.memoryUsage();
  writeFileSync(`${file}.part`, JSON.stringify({ heapBytes: heapUsed, externalBytes: external }));
  renameSync(`${file}.part`, file);
});
