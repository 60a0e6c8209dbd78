import { startReceiver, until, WALL_CLOCK_SHIFTER } from '@hookline/testkit';
import { expect, test, vi } from 'vitest';
import { createHarness, newTenant } from '../harness.ts';
import { startDeliveryProcess } from '../support/delivery-process.ts';

// A process takes two seconds of CPU to start.
vi.setConfig({ testTimeout: 300_000 });

const HOUR_MS = 3_600_000;

test.each([
  { direction: 'back', offsetMs: -HOUR_MS },
  { direction: 'forward', offsetMs: HOUR_MS },
])(
  'a replica whose wall clock is set $direction by an hour continues to send, to retry and to observe deadlines',
  async ({ offsetMs }) => {
    const harness = await createHarness();
    // Each first attempt fails, so the second attempt comes from a claim from Postgres.
    const seen = new Set<unknown>();
    const receiver = await startReceiver({
      respond({ headers }) {
        const isFirst = !seen.has(headers['webhook-id']);
        seen.add(headers['webhook-id']);
        return { status: isFirst ? 500 : 200 };
      },
    });
    const replica = await startDeliveryProcess({
      databaseUrl: harness.database.serviceUrl,
      natsUrl: harness.nats.url,
      encryptionKey: harness.config.encryptionKeys[0] as string,
      leaseSeconds: 30,
      env: { NODE_OPTIONS: `--import=${WALL_CLOCK_SHIFTER}`, WALL_CLOCK_OFFSETS_MS: String(offsetMs) },
    });
    try {
      const tenant = newTenant();
      const { id } = await replica.createEndpoint(tenant, receiver.url, {
        deadlineSeconds: 600,
        timeoutSeconds: 20,
        retrySchedule: [1, 1, 1, 1],
      });
      const before = await harness.publish({ tenant });
      await receiver.waitFor(1, 30_000);
      replica.signal('SIGWINCH');
      const after = await Promise.all(Array.from({ length: 5 }, () => harness.publish({ tenant })));
      const ids = [before, ...after];
      await until(
        async () => {
          const rows = await harness.asOwner(
            `select from deliveries where endpoint_id = $1 and status = 'success' and attempts >= 2`,
            [id],
          );
          return rows.length === ids.length;
        },
        { timeoutMs: 60_000, what: 'every event to be delivered with its second attempt' },
      );
      // The clock really was set: otherwise the test would prove nothing.
      const [attempt] = await harness.asOwner<{ offBySeconds: number }>(
        `select extract(epoch from max(started_at) - now())::float8 as "offBySeconds" from attempts
       where event_id = $1`,
        [after[0]],
      );
      expect(Math.abs(Number(attempt?.offBySeconds) - offsetMs / 1_000)).toBeLessThan(60);
      expect((await fetch(`${replica.url}/readyz`)).status).toBe(200);
    } finally {
      await replica.kill();
      await receiver.close();
      await harness.stop();
    }
  },
);
