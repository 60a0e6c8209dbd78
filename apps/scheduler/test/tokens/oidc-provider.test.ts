import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@hookline/testkit';
import Provider from 'oidc-provider';
import { expect, onTestFinished, test } from 'vitest';
import { createTokenScene, type TokenScene } from '../support/token-scene.ts';

// An independent judge: a certified authorization server, which ends the whole grant when a refresh token that was used
// before is used again.

const CLIENT = { id: 'judge', secret: 'a-secret-of-the-judge' };

interface Judge {
  url: string;
  /** A refresh token of a new grant. */
  issue(accountId: string): Promise<string>;
  /** How often a refresh token was exchanged, and how often grants were ended. */
  counts: { exchanged: number; refused: number; revokedGrants: number };
}

async function startJudge(accessTokenSeconds: number): Promise<Judge> {
  const counts = { exchanged: 0, refused: 0, revokedGrants: 0 };
  const server = createServer((request, response) => void callback(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: ['https://app.example.com/'],
        scope: 'openid offline_access',
      },
    ],
    routes: { token: '/api/v10/oauth2/token' },
    features: { devInteractions: { enabled: false } },
    rotateRefreshToken: true,
    ttl: { AccessToken: accessTokenSeconds, RefreshToken: 86_400, Grant: 86_400, IdToken: 3_600 },
    cookies: { keys: ['a-key-of-the-judge'] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
  });
  provider.on('grant.success', () => counts.exchanged++);
  provider.on('grant.error', () => counts.refused++);
  provider.on('grant.revoked', () => counts.revokedGrants++);
  const callback = provider.callback();
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url,
    counts,
    async issue(accountId) {
      const client = await provider.Client.find(CLIENT.id);
      if (!client) throw new Error('the judge has no client');
      const grant = new provider.Grant({ accountId, clientId: CLIENT.id });
      grant.addOIDCScope('openid offline_access');
      const grantId = await grant.save();
      const token = new provider.RefreshToken({
        accountId,
        client,
        grantId,
        scope: 'openid offline_access',
        gty: 'authorization_code',
        authTime: 0,
      } as never);
      return await token.save();
    },
  };
}

async function createScene(accessTokenSeconds: number): Promise<{ scene: TokenScene; judge: Judge }> {
  const [scene, judge] = await Promise.all([createTokenScene(), startJudge(accessTokenSeconds)]);
  await scene.addApp({
    provider: 'discord',
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    settings: { origins: { 'https://discord.com': judge.url } },
  });
  return { scene, judge };
}

test('judged by oidc-provider: expiry after expiry over four replicas, no refresh token is used twice and no grant is ended', async () => {
  const { scene, judge } = await createScene(3_600);
  const ids = Array.from({ length: 20 }, (_, index) => `con_${index}`);
  for (const id of ids) {
    const refresh = await judge.issue(id);
    await scene.addConnection({ id, provider: 'discord', account: id, access: 'old', refresh, dueIn: -1 });
  }
  const replicas = await Promise.all(
    Array.from({ length: 4 }, () => scene.openReplica({ pollIntervalMs: 100 })),
  );
  for (const replica of replicas) replica.start();
  await until(
    async () => {
      await scene.endAccessTokens();
      // Callers ask at the same time as the workers look for what is due.
      await Promise.allSettled(
        replicas.map(({ accessTokens }, index) => accessTokens.get(ids[index] ?? 'con_0')),
      );
      const [row] = await scene.asOwner<{ least: number }>(
        'select min(generation) as least from connection_tokens',
      );
      return (row?.least ?? 0) >= 4;
    },
    { timeoutMs: 100_000 },
  );
  expect(judge.counts).toMatchObject({ refused: 0, revokedGrants: 0 });
  expect(judge.counts.exchanged).toBeGreaterThanOrEqual(60);
  expect(await scene.asOwner("select from connections where status <> 'connected'")).toEqual([]);
});

test('judged by oidc-provider: a second use of a refresh token, which we never make, would end the grant', async () => {
  const { scene, judge } = await createScene(3_600);
  const refresh = await judge.issue('ada');
  await scene.addConnection({ id: 'con_1', provider: 'discord', account: 'ada', access: 'old', refresh });
  const replica = await scene.openReplica();
  const exchange = await scene.exchangeOf('con_1');
  expect(await replica.refresher.refresh('con_1', 'access', 1)).toBe('stored');
  await expect(replica.endpoint.refresh(exchange)).rejects.toMatchObject({
    failure: { status: 400, error: 'invalid_grant', mayHaveHappened: false },
  });
  expect(judge.counts.revokedGrants).toBe(1);
});
