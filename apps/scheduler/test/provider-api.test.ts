import { EMULATED_CLIENTS } from '@hookline/emulators';
import { createAddressGuard, createApiFetch } from '@hookline/outbound';
import { getConnectable, type RequestTemplate } from '@hookline/providers';
import { expect, onTestFinished, test } from 'vitest';
import { toAppFacts } from '../src/facts/app-facts.ts';
import { createProviderApi } from '../src/provider-api/provider-api.ts';
import { createQuotaBook } from '../src/provider-api/quota-book.ts';
import { quotaGroupsOf } from '../src/provider-api/quota-groups-of.ts';
import { findConnection } from '../src/sql/find-connection.ts';
import { findOAuthApp } from '../src/sql/find-oauth-app.ts';
import { logger } from './harness.ts';
import { box, createTokenScene } from './support/token-scene.ts';

const never = new AbortController().signal;
const REPOSITORY: RequestTemplate = {
  method: 'GET',
  url: 'https://api.github.com/repos/{owner}/{repository}',
  authorization: 'bearer',
};

async function createScene() {
  const scene = await createTokenScene();
  const { github } = scene.emulators;
  await scene.addApp({ clientId: EMULATED_CLIENTS.githubOAuthApp });
  github.createRepository({ repository: 'octo-ada/one' });
  const { accessToken } = github.issueToken({
    clientId: EMULATED_CLIENTS.githubOAuthApp,
    account: 'octo-ada',
    scopes: ['repo'],
  });
  await scene.addConnection({ id: 'con_1', access: accessToken });
  const replica = await scene.openReplica();
  const fetch = createApiFetch({ guard: createAddressGuard({ allowPrivate: true }) });
  onTestFinished(() => fetch.close());
  const api = createProviderApi({
    fetch,
    tokens: replica.accessTokens,
    quotas: createQuotaBook(replica.database),
    logger,
    userAgent: 'test',
  });
  const connection = await findConnection(replica.database, 'con_1');
  const appRow = await findOAuthApp(replica.database, 'oap_1');
  if (!connection || !appRow) throw new Error('there is no connection');
  const app = toAppFacts(appRow, box);
  const call = (request: RequestTemplate, more: object = {}) =>
    api.call({
      connection,
      app,
      request,
      values: { owner: 'octo-ada', repository: 'one' },
      signal: never,
      ...more,
    });
  return { scene, call, connection, app };
}

test('a call has the token of the connection, and the provider counts it for the account', async () => {
  const { scene, call } = await createScene();
  const answer = await call(REPOSITORY);
  expect(answer).toMatchObject({
    status: 200,
    judged: { verdict: 'ok' },
    json: { full_name: 'octo-ada/one' },
  });
  const [group] = await scene.asOwner<{ key: string; used: number; capacity: number }>(
    'select * from quota_groups',
  );
  expect(group?.key).toContain('/account/1001');
  // GitHub told its own count.
  expect(group?.capacity).toBe(Number(answer.headers['x-ratelimit-limit']));
  expect(group?.used).toBe(
    Number(answer.headers['x-ratelimit-limit']) - Number(answer.headers['x-ratelimit-remaining']),
  );
});

test('a repository that was renamed is followed on the same host, and its new address is told', async () => {
  const { scene, call } = await createScene();
  scene.emulators.github.moveRepository({ repository: 'octo-ada/one', to: 'octo-ada/renamed' });
  const answer = await call(REPOSITORY);
  expect(answer).toMatchObject({ status: 200, json: { full_name: 'octo-ada/renamed' } });
  expect(answer.movedTo).toContain('/repositories/');
});

test('a query that an answer chose is sent as it is: a placeholder in it is not filled', async () => {
  const { scene, call } = await createScene();
  await call(REPOSITORY, { query: { page: '{accessToken}' } });
  const [last] = scene.emulators.calls({ provider: 'github' }).slice(-1);
  expect(decodeURIComponent(last?.query ?? '')).toContain('page={accessToken}');
});

test('a call of a quota without room is not made', async () => {
  const { scene, call } = await createScene();
  await call(REPOSITORY);
  await scene.asOwner('update quota_groups set used = capacity');
  scene.emulators.clearLog();
  await expect(call(REPOSITORY, { onDemand: true })).rejects.toMatchObject({ code: 'quota_exhausted' });
  expect(scene.emulators.calls()).toEqual([]);
});

test('a call whose signal has aborted does not count against the host', async () => {
  const { scene, call } = await createScene();
  scene.emulators.injectFault({ kind: 'hang', provider: 'github', times: 20 });
  for (let abort = 0; abort < 8; abort++) {
    await expect(call(REPOSITORY, { signal: AbortSignal.timeout(30) })).rejects.toThrow();
  }
  scene.emulators.clearFaults();
  expect((await call(REPOSITORY)).status).toBe(200);
});

test('Slack: the rate class of the application decides the quota, and each workspace has its own', () => {
  const slack = getConnectable('slack');
  if (slack === undefined) throw new Error('Slack is missing.');
  const of = (distribution: 'internal' | 'other' | undefined, accountId = 'T1') =>
    quotaGroupsOf(
      slack,
      { accountId },
      { id: 'oap_1', tenant: undefined, settings: distribution === undefined ? {} : { distribution } },
      '/api/conversations.history',
    )[0];
  expect([of('internal')?.capacity, of('other')?.capacity, of(undefined)?.capacity]).toEqual([50, 1, 1]);
  expect(of('other', 'T1')?.key).not.toBe(of('other', 'T2')?.key);
  expect(
    quotaGroupsOf(
      slack,
      { accountId: 'T1' },
      { id: 'oap_1', tenant: undefined, settings: {} },
      '/api/users.conversations',
    ),
  ).toEqual([]);
});

const SPOTIFY = (() => {
  const spotify = getConnectable('spotify');
  if (spotify === undefined) throw new Error('Spotify is missing.');
  return spotify;
})();

test('applications of one project or developer share a quota', () => {
  const keyOf = (id: string, quotaGroup?: string) =>
    quotaGroupsOf(
      SPOTIFY,
      { accountId: 'u' },
      { id, tenant: undefined, settings: quotaGroup === undefined ? {} : { quotaGroup } },
      '/v1/me',
    )[0]?.key;
  expect(keyOf('oap_1', 'dev')).toBe(keyOf('oap_2', 'dev'));
  expect(keyOf('oap_1')).not.toBe(keyOf('oap_2'));
});

test('no tenant gets into a quota of another one or of the installation by what it enters as quotaGroup', () => {
  const keyOf = (id: string, tenant: string | undefined, quotaGroup?: string) =>
    quotaGroupsOf(
      SPOTIFY,
      { accountId: 'u' },
      { id, tenant, settings: quotaGroup === undefined ? {} : { quotaGroup } },
      '/v1/me',
    )[0]?.key;
  const keys = [
    keyOf('oap_1', undefined),
    keyOf('oap_2', undefined, 'dev'),
    keyOf('oap_3', 'acme', 'dev'),
    keyOf('oap_4', 'beta', 'dev'),
    keyOf('oap_4', 'beta', 'oap_1'),
    keyOf('oap_4', 'beta', 'app/oap_1'),
    keyOf('oap_4', 'beta', 'tenant/acme/group/dev'),
    keyOf('oap_4', 'beta/group', 'dev'),
    keyOf('oap_4', 'beta', 'group/dev'),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(keyOf('oap_5', 'beta', 'dev')).toBe(keyOf('oap_4', 'beta', 'dev'));
});

test('an application at other origins shares no quota with accounts at the origins of the provider or elsewhere', () => {
  const origins = { 'https://api.spotify.com': 'https://stranger.example' };
  const quota = { id: 'units', window: { seconds: 60 } };
  const connectable = {
    id: 'any',
    quotas: (['account', 'egress', 'application', 'application-and-account'] as const).map((countedBy) => ({
      ...quota,
      countedBy,
    })),
  };
  const keysOf = (id: string, tenant: string | undefined, settings: object) =>
    quotaGroupsOf(connectable, { accountId: 'u' }, { id, tenant, settings }, '/v1/me').map(({ key }) => key);
  const all = [
    keysOf('oap_1', undefined, {}),
    keysOf('oap_1', undefined, { origins }).slice(0, 2),
    keysOf('oap_2', undefined, { origins, quotaGroup: 'oap_1' }),
    keysOf('oap_3', 'acme', { origins }),
    keysOf('oap_4', 'beta', { origins, quotaGroup: 'oap_1' }),
    keysOf('oap_5', 'gamma', { origins, quotaGroup: 'app/oap_3' }),
  ].flat();
  expect(new Set(all).size).toBe(all.length);
});
