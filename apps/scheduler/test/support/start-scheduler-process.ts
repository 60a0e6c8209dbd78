import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestNats } from '@hookline/testkit';
import { onTestFinished } from 'vitest';
import type { Harness } from '../harness.ts';
import { schedulerOptions } from './scheduler-options.ts';

export interface SchedulerProcess {
  child: ChildProcess;
  url: string;
}

/** A replica in a process of its own, at work, so that a test can kill it. It ends with the test. */
export async function startSchedulerProcess(
  scene: Pick<Harness, 'serviceUrl'> & { nats: TestNats },
): Promise<SchedulerProcess> {
  const urls = { databaseUrl: scene.serviceUrl, natsUrl: scene.nats.url };
  const child = spawn(
    process.execPath,
    [
      '--conditions=@hookline/source',
      fileURLToPath(new URL('./scheduler-in-child.ts', import.meta.url)),
      JSON.stringify(schedulerOptions(urls, { logLevel: 'warn' })),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  // Lines of the log may come before and after it.
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout })
      .on('line', (line) => {
        if (line.startsWith('http://')) resolve(line);
      })
      .on('close', () => reject(new Error('the replica ended before it had an address')));
  });
  return { child, url };
}
