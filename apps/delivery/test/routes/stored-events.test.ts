import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const SOURCE = 'src_01KB00000000000000000000AA';
const OTHER = 'src_01KB00000000000000000000AB';

async function publish(tenant: string, dedupekey: string, payload = '{}'): Promise<string> {
  const id = await harness.publish({ tenant, type: 'github.push', provider: 'github', dedupekey, payload });
  await harness.expectSettledEvent(id);
  return id;
}

test('delivery tells which dedupe keys of a tenant are known, and no other tenant’s', async () => {
  const [tenant, other] = [newTenant(), newTenant()];
  await publish(tenant, `${SOURCE}:a`);
  await publish(other, `${SOURCE}:b`);
  const ask = async (keys: string[]) =>
    (await replica.call('POST', '/internal/known-keys', { body: { tenant, keys } })).json.data;
  expect(await ask([`${SOURCE}:a`, `${SOURCE}:b`, `${SOURCE}:c`])).toEqual({ known: [`${SOURCE}:a`] });
  expect(await ask([])).toEqual({ known: [] });
  const asTenant = await replica.call('POST', '/internal/known-keys', {
    as: tenant,
    body: { tenant, keys: [] },
  });
  expect(asTenant.status).toBe(403);
});

test('the events of a source are listed in pages, with their payloads, and those of no other source', async () => {
  const tenant = newTenant();
  const ids = [
    await publish(tenant, `${SOURCE}:1`, '{"n":1}'),
    await publish(tenant, `${SOURCE}:2`, '{"n":2}'),
  ];
  await publish(tenant, `${OTHER}:3`);
  const day = 86_400_000;
  const [since, until] = [-1, 1].map((days) => new Date(Date.now() + days * day).toISOString());
  const list = async (more: object) =>
    (
      await replica.call('POST', '/internal/received-events', {
        body: { tenant, sender: SOURCE, since, until, limit: 1, ...more },
      })
    ).json.data;
  const [first] = await list({});
  expect(first).toMatchObject({ id: ids[0], type: 'github.push', payload: '{"n":1}' });
  expect(await list({ after: first.id })).toMatchObject([{ id: ids[1], payload: '{"n":2}' }]);
  expect(await list({ after: ids[1] })).toEqual([]);
  expect(await list({ until: since })).toEqual([]);
});
