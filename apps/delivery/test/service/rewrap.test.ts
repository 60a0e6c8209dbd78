import { randomBytes } from 'node:crypto';
import { encodeKeptRequest } from '@hookline/bus';
import { deliveryId } from '@hookline/contracts';
import { createSecretBox, keptRequestPlace } from '@hookline/db';
import { startReceiver } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { rewrapEndpointSecrets } from '../../src/endpoints/secrets/rewrap-endpoint-secrets.ts';
import { rewrapKeptRequests } from '../../src/endpoints/secrets/rewrap-kept-requests.ts';
import { createHarness, newTenant, waitForDelivery } from '../harness.ts';
import { openDatabase } from '../support/open-database.ts';

test('after a rewrap the new key alone opens the secrets and headers of endpoints', async () => {
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
  // The value is sealed like a secret, so a dump of the database does not have it.
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

test('after a rewrap the new key alone opens the secrets in kept requests', async () => {
  const newKey = randomBytes(32).toString('base64');
  const harness = await createHarness();
  const receiver = await startReceiver({ respond: (_request, n) => (n < 3 ? { status: 500 } : {}) });
  const database = openDatabase(harness);
  onTestFinished(async () => {
    await database.close();
    await receiver.close();
    await harness.stop();
  });
  const [oldKey = ''] = harness.config.encryptionKeys;
  const before = await harness.startReplica();
  const tenant = newTenant();
  const endpoint = await before.createEndpoint(tenant, receiver.url, {
    format: 'request',
    retrySchedule: [3_600],
  });
  const value = createSecretBox([oldKey]).seal('Bearer t-1', keptRequestPlace(tenant));
  const request = await encodeKeptRequest({
    method: 'POST',
    origin: 'https://hooks.example.com',
    path: '/in/t',
    pathSuffix: '',
    query: '',
    isQuerySealed: false,
    headers: [{ name: 'authorization', value, isSealed: true }],
    headersLeftOut: [],
    body: undefined,
  });
  const id = await harness.publish({ tenant, via: 'webhook', request });
  await harness.publish({ tenant });
  await waitForDelivery(before, deliveryId(id, endpoint.id), ['retrying']);
  await before.stop();

  const rewrap = (...keys: string[]) => rewrapKeptRequests(database, createSecretBox(keys));
  await expect(rewrap(newKey)).rejects.toMatchObject({ code: 'unseal_failed' });
  expect(await rewrap(newKey, oldKey)).toEqual({ found: 1, rewrapped: 1 });
  expect(await rewrap(newKey, oldKey)).toEqual({ found: 1, rewrapped: 0 });

  await rewrapEndpointSecrets(database, createSecretBox([newKey, oldKey]));
  const after = await harness.startReplica({ encryptionKeys: [newKey] });
  await after.call('POST', `/api/webhook-events/${id}/retry`, { as: tenant });
  const requests = await receiver.waitFor(
    (all) => all.filter(({ headers }) => headers['webhook-id'] === id).length === 2,
  );
  expect(requests.at(-1)?.headers.authorization).toBe('Bearer t-1');
});
