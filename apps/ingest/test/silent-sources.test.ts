import type { SilentSource, SubjectPresence } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, pathOf } from './harness.ts';
import { signGithub } from './sign.ts';

test('a source is silent from its last event on, or from its creation on, and only while it is active', async () => {
  const harness = await createHarness();
  const replica = await harness.startReplica();
  const secret = 'secret-of-the-source';
  const create = (name: string) => replica.createSource({ provider: 'github', secret, name }, 'acme');
  const [used, unused, off] = [await create('used'), await create('unused'), await create('off')];
  await replica.call('PATCH', `/api/sources/${off.id}`, { as: 'acme', body: { active: false } });
  await harness.asOwner("update sources set created_at = now() - interval '30 hours'");
  const ask = async (userIds: string[] | null, hours = 24): Promise<SilentSource[]> =>
    (await replica.call('POST', '/internal/alert-facts/silent-sources', { body: { userIds, hours } })).json
      .data;
  expect((await ask(['acme'])).map(({ id }) => id)).toEqual([used.id, unused.id]);
  expect(await ask(['other'])).toEqual([]);
  expect(await ask(null, 31)).toEqual([]);

  const received = await replica.deliver(pathOf(used), signGithub({ secret, body: '{"zen":"a"}' }));
  expect([received.status, received.json]).toMatchObject([200, {}]);
  await until(async () => (await ask(['acme'])).length === 1);
  expect(await ask(null)).toMatchObject([
    { id: unused.id, userId: 'acme', name: 'unused', provider: 'github', lastReceivedAt: null },
  ]);
  await harness.asOwner("update sources set last_received_at = now() - interval '25 hours' where id = $1", [
    used.id,
  ]);
  const [silent] = await ask(['acme']);
  expect(silent).toMatchObject({ id: used.id, lastReceivedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect(silent?.silentSeconds).toBeGreaterThanOrEqual(25 * 3_600);
});

test('a source is there and switched on, or switched off, or gone', async () => {
  const harness = await createHarness();
  const replica = await harness.startReplica();
  const create = () => replica.createSource({ provider: 'github', secret: 'secret-of-the-source' }, 'acme');
  const [on, off, deleted] = [await create(), await create(), await create()];
  await replica.call('PATCH', `/api/sources/${off.id}`, { as: 'acme', body: { active: false } });
  await replica.call('DELETE', `/api/sources/${deleted.id}`, { as: 'acme' });
  const ids = [on.id, off.id, deleted.id, 'src_none'];
  const { json } = await replica.call('POST', '/internal/alert-facts/source-presence', { body: { ids } });
  const states = json.data.map(({ id, state }: SubjectPresence) => [id, state]);
  expect(Object.fromEntries(states)).toEqual({
    [on.id]: 'active',
    [off.id]: 'off',
    [deleted.id]: 'gone',
    src_none: 'gone',
  });
});
