import { connectBus, ensureStreams } from '@hookline/bus';
import { STORE_PROBE_SUBJECT } from '@hookline/contracts';
import { createLogger } from '@hookline/service';
import { collectLogLines, startTestNats } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { followStream } from '../src/feed/hub/stream-follower.ts';
import { TEST_STREAMS } from './start-gateway.ts';

const CHECK_INTERVAL_MS = 50;

test('a follower whose last message was a store probe is not stuck', async () => {
  const nats = await startTestNats();
  const lines = collectLogLines();
  const logger = createLogger({ service: 'gateway', level: 'info', destination: lines.destination });
  const bus = await connectBus({ url: nats.url, name: 'gateway-test', logger, onClosed: () => {} });
  let checks = 0;
  const follower = await followStream({
    bus,
    logger,
    checkIntervalMs: CHECK_INTERVAL_MS,
    openStream: () => ensureStreams(bus, TEST_STREAMS),
    onStart: () => {},
    onMessage: () => {},
    position() {
      checks++;
      return 0;
    },
    onLost: () => {},
  });
  onTestFinished(async () => {
    await follower.stop();
    await bus.close();
    await nats.stop();
  });
  await bus.connection.request(STORE_PROBE_SUBJECT, new Uint8Array(0));
  const checksBefore = checks;
  await expect.poll(() => checks, { timeout: 30_000 }).toBeGreaterThan(checksBefore + 6);
  expect(lines.text()).not.toContain('events have stopped coming');
});
