import { randomBytes } from 'node:crypto';
import {
  connectEmulators,
  formatTable,
  isComplete,
  startEmulatorsProcess,
  walkConnections,
} from '@hookline/demo';
import { expect, onTestFinished, test } from 'vitest';
import { startTestSystem } from '../../src/index.ts';

test('each of the six platforms is connected, registered, pushed, polled, refreshed, kept and revoked over the HTTP API, and each event arrives once at an endpoint and on the feed', async () => {
  const system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
  onTestFinished(() => system.stop());
  const emulators = await startEmulatorsProcess();
  onTestFinished(() => emulators.stop());
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
