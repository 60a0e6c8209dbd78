import { randomBytes } from 'node:crypto';
import { connectEmulators, formatTable, isComplete, walkConnections } from '@hookline/demo';
import { startEmulators } from '@hookline/emulators';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startTestSystem } from '../../src/index.ts';

/** A refresh that is refused is tried once more after a minute. Here the second try comes after five seconds. */
async function hastenSecondTries(databaseUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: databaseUrl });
  await owner.connect();
  try {
    await owner.query(
      `create function hasten_second_try() returns trigger language plpgsql as $$
       begin new.refresh_due_at := hookline_now() + interval '5 seconds'; return new; end $$`,
    );
    await owner.query(
      `create trigger hasten_second_try before update on connection_tokens for each row
       when (old.failures = 0 and new.failures = 1) execute function hasten_second_try()`,
    );
  } finally {
    await owner.end();
  }
}

test('each of the six platforms is connected, registered, pushed, polled, refreshed, kept and revoked over the HTTP API, and each event arrives once at an endpoint and on the feed', async () => {
  const system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
  onTestFinished(() => system.stop());
  await hastenSecondTries(system.stack.databaseUrl);
  const emulators = await startEmulators();
  onTestFinished(() => emulators.close());
  const { rows, problems } = await walkConnections({
    gateway: system.stack.urls.gateway,
    operatorKey: system.stack.secrets.operatorKey,
    emulators: await connectEmulators(emulators.url),
    run: randomBytes(4).toString('hex'),
  });
  expect(isComplete(rows), formatTable(rows).join('\n')).toBe(true);
  expect(problems).toEqual([]);
  const absent = rows.flatMap(({ provider, cells }) =>
    Object.entries(cells).flatMap(([step, { state }]) => (state === 'absent' ? [`${provider} ${step}`] : [])),
  );
  // Spotify has no pushes. Slack and Discord have no watch that ends.
  expect(absent.sort()).toEqual([
    'discord kept',
    'slack kept',
    'spotify kept',
    'spotify pushed',
    'spotify registered',
  ]);
});
