import { connectBus } from '@hookline/bus';
import { startTestNats, type TestNats } from '@hookline/testkit';
import { onTestFinished } from 'vitest';
import { logger } from '../harness.ts';

let started: Promise<TestNats> | undefined;

/**
 * The nats-server of all tests of this worker, without streams. When the test ends, after everything that was opened
 * later has closed, the streams are removed.
 */
export async function useNats(): Promise<TestNats> {
  started ??= start();
  const nats = await started;
  onTestFinished(() => removeStreams(nats.url));
  return nats;
}

async function start(): Promise<TestNats> {
  const nats = await startTestNats();
  // No test is the last one of a worker, so the end of the process ends the server.
  process.once('exit', () => process.kill(nats.pid, 'SIGKILL'));
  return nats;
}

async function removeStreams(url: string): Promise<void> {
  const bus = await connectBus({ url, name: 'test', logger, onClosed: () => {} });
  try {
    for await (const name of bus.manager.streams.names()) await bus.manager.streams.delete(name);
  } finally {
    await bus.close();
  }
}
