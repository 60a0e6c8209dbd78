import { expect, test } from 'vitest';
import { createHarness } from './harness.ts';

test('a source has an own id, metadata and tags: found by the one, merged, and filtered by the others', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const create = (body: object, as = 'acme') =>
    replica.call('POST', '/api/sources', { as, body: { provider: 'github', secret: 's', ...body } });
  const made = await create({ uid: 'main', metadata: { team: 'a' }, tags: ['eu', 'eu'] });
  expect([made.status, made.json.data]).toMatchObject([
    201,
    { uid: 'main', metadata: { team: 'a' }, tags: ['eu'] },
  ]);
  const { id } = made.json.data;
  const plain = await create({});
  expect(plain.json.data).toMatchObject({ uid: null, metadata: {}, tags: [] });

  const path = '/api/sources/uid:main';
  expect((await replica.call('GET', path, { as: 'acme' })).json.data.id).toBe(id);
  expect((await replica.call('GET', path, { as: 'other' })).status).toBe(404);
  const changed = await replica.call('PATCH', path, {
    as: 'acme',
    body: { metadata: { team: null, region: 'eu' }, tags: null },
  });
  expect(changed.json.data).toMatchObject({ id, metadata: { region: 'eu' }, tags: [] });
  await replica.call('PATCH', path, { as: 'acme', body: { tags: ['eu', 'gold'] } });
  const list = async (query: string, as = 'acme') =>
    (await replica.call('GET', `/api/sources?${query}`, { as })).json.data.map(
      (source: { id: string }) => source.id,
    );
  expect(await list('tag=gold')).toEqual([id]);
  expect(await list('tag=gold', 'other')).toEqual([]);
  expect(await list('tag=none')).toEqual([]);

  const taken = await create({ uid: 'main' });
  expect([taken.status, taken.json.code]).toEqual([409, 'conflict']);
  const clash = await replica.call('PATCH', `/api/sources/${plain.json.data.id}`, {
    as: 'acme',
    body: { uid: 'main' },
  });
  expect(clash.status).toBe(409);
  expect((await create({ uid: 'main' }, 'other')).status).toBe(201);
  expect((await replica.call('GET', path)).status).toBe(404);
  for (const bad of [{ uid: 'a b' }, { metadata: { a: 1 } }, { tags: [''] }])
    expect([bad, (await create(bad)).status]).toEqual([bad, 400]);
  expect((await replica.call('DELETE', path, { as: 'acme' })).status).toBe(200);
  expect((await create({ uid: 'main' })).status).toBe(201);
});
