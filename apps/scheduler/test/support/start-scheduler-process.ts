import { type ChildProcess, spawn } from 'node:child_process';
import { findProgram, pickEnvironment, type TestNats, until } from '@hookline/testkit';
import { onTestFinished } from 'vitest';
import type { Harness } from '../harness.ts';
import { TOKEN } from './scheduler-options.ts';
import { KEYS } from './token-scene.ts';

export interface SchedulerProcess {
  child: ChildProcess;
  url: string;
}

const LISTENS = /is listening on (http:\/\/[\w.:]+)/;

/** A replica in a process of its own, at work, so that a test can kill it. It ends with the test. */
export async function startSchedulerProcess(
  scene: Pick<Harness, 'serviceUrl' | 'holdPartitionsJob'> & { nats: TestNats },
): Promise<SchedulerProcess> {
  await scene.holdPartitionsJob();
  const child = spawn(process.execPath, ['--conditions=@hookline/source', findProgram('scheduler')], {
    env: {
      ...pickEnvironment('NODE_COMPILE_CACHE'),
      HOST: '127.0.0.1',
      SCHEDULER_PORT: '0',
      DATABASE_URL: scene.serviceUrl,
      NATS_URL: scene.nats.url,
      HOOKLINE_INTERNAL_TOKEN: TOKEN,
      HOOKLINE_ENCRYPTION_KEY: KEYS.join(','),
      HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: 'true',
      WEBHOOK_REGISTRATION: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const url = await until(() => LISTENS.exec(output)?.[1], {
    what: 'the start of the scheduler',
    timeoutMs: 90_000,
  });
  return { child, url };
}
