import { randomBytes } from 'node:crypto';
import { createSecretBox } from '@hookline/db';
import { startReceiver } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { rewrapEndpointSecrets } from '../src/secrets/rewrap-endpoint-secrets.ts';
import { createHarness, newTenant } from './harness.ts';
import { openDatabase } from './support/open-database.ts';

test('after a rewrap endpoints are signed for as before, without the old key', async () => {
  const newKey = randomBytes(32).toString('base64');
  const harness = await createHarness();
  const receiver = await startReceiver();
  const database = openDatabase(harness);
  onTestFinished(async () => {
    await database.close();
    await receiver.close();
    await harness.stop();
  });
  const [oldKey = ''] = harness.config.encryptionKeys;
  const before = await harness.startReplica();
  const tenant = newTenant();
  const { id } = await before.createEndpoint(tenant, receiver.url, {
    headers: { 'x-secret-token': 'of-the-receiver', 'x-team': 'blue' },
  });
  // Sealed as secrets are: a dump of the database does not hold it.
  const [row] = await harness.asOwner<{ headers: object }>('select headers from endpoints where id = $1', [
    id,
  ]);
  expect(row?.headers).toEqual({ 'x-secret-token': { sealed: expect.any(String) }, 'x-team': 'blue' });
  expect(JSON.stringify(row)).not.toContain('of-the-receiver');
  await before.stop();

  const rewrap = (...keys: string[]) => rewrapEndpointSecrets(database, createSecretBox(keys));
  await expect(rewrap(newKey)).rejects.toMatchObject({ code: 'unseal_failed' });
  expect(await rewrap(newKey, oldKey)).toEqual({ found: 1, rewrapped: 1 });
  expect(await rewrap(newKey, oldKey)).toEqual({ found: 1, rewrapped: 0 });

  await harness.startReplica({ encryptionKeys: [newKey] });
  await harness.expectSettledEvent(await harness.publish({ tenant }));
  expect(receiver.requests).toHaveLength(1);
  expect(receiver.requests[0]?.headers).toMatchObject({
    'x-secret-token': 'of-the-receiver',
    'x-team': 'blue',
  });
});
