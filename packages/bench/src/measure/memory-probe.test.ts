import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { Resources } from '../resources.ts';
import { createMemoryProbe } from './memory-probe.ts';

const MEGABYTE = 1024 * 1024;

/** Starts a process that holds 8 MB of buffers, has let go 64 MB of buffers, and goes on. */
async function startHolder(nodeOptions: readonly string[]): Promise<number> {
  const program = `
    globalThis.held = Buffer.alloc(${8 * MEGABYTE}, 1);
    globalThis.garbage = Array.from({ length: 64 }, () => Buffer.alloc(${MEGABYTE}, 1));
    delete globalThis.garbage;
    setInterval(() => {}, 1_000);
    console.log('ready');
  `;
  const holder = spawn(process.execPath, [...nodeOptions, '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  return holder.pid as number;
}

test.runIf(process.platform === 'linux')(
  'the memory of a process is read without its garbage, as often as it is asked for',
  async () => {
    const resources = new Resources();
    onTestFinished(() => resources.close());
    const probe = createMemoryProbe(resources);
    const pid = await startHolder(probe.nodeOptions);
    for (let count = 0; count < 2; count++) {
      const { heapBytes, externalBytes, residentBytes } = await probe.read(pid);
      expect(externalBytes).toBeGreaterThan(8 * MEGABYTE);
      expect(externalBytes).toBeLessThan(32 * MEGABYTE);
      expect(residentBytes).toBeGreaterThan(heapBytes + 8 * MEGABYTE);
    }
  },
);
