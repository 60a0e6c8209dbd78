import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { stopLeftovers } from '../src/leftovers.ts';
import type { LogEntry } from '../src/log.ts';
import { writePidFile } from '../src/pid-file.ts';
import { processIdentity } from '../src/process-identity.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hookline-parent-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Starts nats-server from another process, SIGKILLs that process, and returns the pid of nats-server. */
async function orphanNats(): Promise<number> {
  const script = `
    import { silentLog, startNats } from '@hookline/stack';
    const options = JSON.parse(process.argv[1]);
    const { pid } = await startNats({ ...options, sync: 'default', log: silentLog });
    process.stdout.write(String(pid));
  `;
  const options = JSON.stringify({ bin: inject('natsServerPath'), dir });
  const parent = spawn(
    process.execPath,
    ['--conditions=@hookline/source', '--input-type=module', '--eval', script, options],
    { cwd: join(import.meta.dirname, '..'), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [pid] = await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  return Number(pid);
}

const isUp = (pid: number) => processIdentity(pid) !== undefined;

it('a server ends a few seconds after its parent process was SIGKILLed', async () => {
  const pid = await orphanNats();
  expect(isUp(pid)).toBe(true);
  await expect.poll(() => isUp(pid), { timeout: 15_000, interval: 100 }).toBe(false);
});

it('the next start with the same home stops only the processes that the killed run left behind', async () => {
  const pid = await orphanNats();
  const runDir = join(dir, 'run');
  mkdirSync(runDir);
  writePidFile(join(runDir, 'nats.pid'), pid);
  const log: LogEntry[] = [];
  await stopLeftovers(runDir, (entry) => log.push(entry));
  expect(isUp(pid)).toBe(false);
  expect(log.map(({ message }) => message)).toEqual([
    `stopping process ${pid}, left by an earlier run that was killed`,
  ]);
});
