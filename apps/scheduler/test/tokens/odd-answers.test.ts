import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createTokenScene, issueTokens, type TokenScene } from '../support/token-scene.ts';

/** What a dead replica left in NATS for a connection. */
async function keepFor(scene: TokenScene, connectionId: string, odd: object): Promise<void> {
  const { seals } = await scene.openReplica();
  const sealed = seals.seal(connectionId, 'access', { access: 'new-access', refresh: 'new-refresh' });
  const kept = {
    connectionId,
    kind: 'access',
    generation: 1,
    accessSealed: sealed.access,
    refreshSealed: sealed.refresh,
    tokenType: 'bearer',
    scopes: null,
    lifeSeconds: 28_800,
    refreshLifeSeconds: null,
    answeredAtMs: Date.now(),
    ...odd,
  };
  await scene.kept.put(`${connectionId}.access`, Buffer.from(JSON.stringify(kept)));
}

test('an answer with odd lives, scopes and types is stored, and the refreshes of other connections go on', async () => {
  const scene = await createTokenScene();
  await scene.addApp({ id: 'oap_d', provider: 'discord', clientId: EMULATED_CLIENTS.discord });
  await scene.addApp();
  const bodies = [
    { expires_in: 4_294_967_295 },
    { expires_in: 3e9, refresh_token_expires_in: 1e18 },
    { expires_in: 1e308, scope: 'a\0b \ud800', token_type: '\0' },
  ];
  for (const [index, body] of bodies.entries()) {
    const id = `con_${index}`;
    await scene.addConnection({
      id,
      account: id,
      appId: 'oap_d',
      provider: 'discord',
      access: `access-${index}`,
      refresh: `refresh-${index}`,
      dueIn: 600,
    });
    scene.emulators.injectFault({
      kind: 'status',
      status: 200,
      body: { access_token: `next-${index}`, refresh_token: `next-refresh-${index}`, ...body },
      grantType: 'refresh_token',
      times: 1,
    });
    const replica = await scene.openReplica();
    expect(await replica.refresher.refresh(id, 'access', 1)).toBe('stored');
    expect(await scene.tokenOf(id)).toMatchObject({ generation: 2, access: `next-${index}` });
  }
  expect(await scene.kept.list(10)).toEqual([]);
});

test('a result in NATS that can never be stored is dropped with an entry in the journal, and stops no other refresh', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', access: 'a', refresh: 'r', dueIn: 600 });
  await scene.addConnection({ id: 'con_2', account: '2', access: 'a', refresh: 'r', dueIn: 600 });
  await scene.addConnection({ id: 'con_3', account: '3', ...issueTokens(scene.emulators), dueIn: -1 });
  await keepFor(scene, 'con_1', { lifeSeconds: 4_294_967_295, scopes: ['a\0b'] });
  await keepFor(scene, 'con_2', {});
  await scene.kept.put('con_4.access', Buffer.from('{"no'));
  const replica = await scene.openReplica();
  replica.start();
  await until(async () => (await scene.tokenOf('con_3')).generation === 2);
  await until(async () => (await scene.tokenOf('con_2')).generation === 2);
  await until(async () => (await scene.kept.list(10)).length === 0);
  expect(await scene.tokenOf('con_1')).toMatchObject({ generation: 1, access: 'a' });
  expect(await scene.statusOf('con_1')).toEqual({ status: 'refreshing', reason: 'answer_not_stored' });
  expect((await scene.journalOf('con_1')).map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['refresh', 'answer_not_stored'],
    ['status', 'refreshing'],
  ]);
});

test('tokens that Postgres refuses are not kept in NATS, and the connection says that they were not stored', async () => {
  const scene = await createTokenScene();
  await scene.addApp();
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 600 });
  await scene.asOwner('alter table connection_tokens add check (generation < 2)');
  const replica = await scene.openReplica();
  expect(await replica.refresher.refresh('con_1', 'access', 1)).toBe('failed');
  expect(await scene.kept.list(10)).toEqual([]);
  expect(await scene.statusOf('con_1')).toEqual({ status: 'refreshing', reason: 'answer_not_stored' });
  expect(await scene.tokenOf('con_1')).toMatchObject({
    failures: 1,
    lease_id: null,
    attempted_generation: 1,
  });
});
