import { randomBytes } from 'node:crypto';
import { createSecretBox } from '@hookline/db';
import { expect, test } from 'vitest';
import { rewrapAppSecrets } from '../src/accounts/rewrap-app-secrets.ts';
import { rewrapRevocations } from '../src/accounts/rewrap-revocations.ts';
import { toAppFacts } from '../src/facts/app-facts.ts';
import { findOAuthApp } from '../src/sql/find-oauth-app.ts';
import { readTokens } from '../src/sql/read-token.ts';
import { rewrapTokens } from '../src/tokens/rewrap-tokens.ts';
import { createTokenSeals } from '../src/tokens/token-seals.ts';
import { rewrapWatchSecrets } from '../src/watches/rewrap-watch-secrets.ts';
import { watchSecretPlace } from '../src/watches/watch-source.ts';
import { box, createTokenScene, KEYS } from './support/token-scene.ts';

test('after a rewrap the secrets of applications, all tokens and the secrets of watches open without the old key', async () => {
  const scene = await createTokenScene();
  await scene.addApp({ clientSecret: 'a-client-secret' });
  await scene.addConnection({ id: 'con_1', access: 'an-access-token', refresh: 'a-refresh-token' });
  await scene.addConnection({ id: 'con_2', account: '2', access: 'another-token' });
  await scene.asOwner(
    `insert into platform_webhooks (id, tenant_id, platform, watch, resource, connection_ids, connection_id, app_id,
       account_id, webhook_url, status, secret_sealed)
     values
       ('pwh_1', 'acme', 'github', 'repository-hook', '7', '{con_1}', 'con_1', 'oap_1', '1', '', 'verified', $1),
       ('pwh_2', 'acme', 'gmail', 'mailbox', 'ada', '{con_2}', 'con_2', 'oap_1', '2', '', 'verified', null)`,
    [box.seal('a-watch-secret', watchSecretPlace('pwh_1'))],
  );
  // Its tokens are to be revoked.
  const gone = createTokenSeals(box).seal('con_3', 'access', { access: 'a-late-token', refresh: undefined });
  await scene.asOwner(
    `insert into grant_revocations (id, tenant_id, reason, provider, app_id, origins, kind, access_sealed, sealed_for,
       due_at, ends_at)
     values ('grv_1', 'acme', 'disconnected', 'github', 'oap_1', '{}', 'access', $1, 'con_3', now(), now())`,
    [gone.access],
  );
  const database = scene.openDatabase();
  const newKey = randomBytes(32).toString('base64');
  const [both, alone] = [createSecretBox([newKey, ...KEYS]), createSecretBox([newKey])];

  await expect(rewrapAppSecrets(database, alone)).rejects.toMatchObject({ code: 'unseal_failed' });
  expect(await rewrapAppSecrets(database, both)).toEqual({ found: 1, rewrapped: 1 });
  expect(await rewrapTokens(database, createTokenSeals(both))).toEqual({ found: 2, rewrapped: 2 });
  expect(await rewrapTokens(database, createTokenSeals(both))).toEqual({ found: 2, rewrapped: 0 });
  await expect(rewrapRevocations(database, createTokenSeals(alone))).rejects.toMatchObject({
    code: 'unseal_failed',
  });
  expect(await rewrapRevocations(database, createTokenSeals(both))).toEqual({ found: 1, rewrapped: 1 });
  expect(await rewrapRevocations(database, createTokenSeals(both))).toEqual({ found: 1, rewrapped: 0 });
  const [late] = await scene.asOwner<{ access_sealed: string }>(
    'select access_sealed from grant_revocations',
  );
  expect(createTokenSeals(alone).openAccess('con_3', 'access', late?.access_sealed ?? '')).toBe(
    'a-late-token',
  );
  await expect(rewrapWatchSecrets(database, alone)).rejects.toMatchObject({ code: 'unseal_failed' });
  expect(await rewrapWatchSecrets(database, both)).toEqual({ found: 1, rewrapped: 1 });
  expect(await rewrapWatchSecrets(database, both)).toEqual({ found: 1, rewrapped: 0 });
  const [watch] = await scene.asOwner<{ secret_sealed: string }>(
    `select secret_sealed from platform_webhooks where id = 'pwh_1'`,
  );
  expect(alone.open(watch?.secret_sealed ?? '', watchSecretPlace('pwh_1'))).toBe('a-watch-secret');

  const row = await findOAuthApp(database, 'oap_1');
  expect(row && toAppFacts(row, alone).clientSecret()).toBe('a-client-secret');
  const [token] = await readTokens(database, 'con_1');
  expect(createTokenSeals(alone).openAccess('con_1', 'access', token?.accessSealed ?? '')).toBe(
    'an-access-token',
  );
});
