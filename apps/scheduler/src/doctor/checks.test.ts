import { getConnectable } from '@hookline/providers';
import { expect, test } from 'vitest';
import type { OAuthConnectable } from '../facts/require-connectable.ts';
import { runChecks } from './checks.ts';
import type { DoctorFacts } from './doctor-facts.ts';

const REDIRECT = 'https://hooks.example.com/api/oauth/x/callback';

/** A healthy application with one connection, except for the given facts. */
function factsOf(provider: string, changes: Partial<DoctorFacts> = {}): DoctorFacts {
  const connectable = getConnectable(provider) as OAuthConnectable;
  return {
    connectable,
    app: {
      settings: { topic: 'projects/p/topics/t', distribution: 'internal' },
      redirectUrl: REDIRECT,
      fault: null,
    },
    flows: { abandoned: 0, completed: 1, failures: {} },
    tokens: { all: 1, expiring: 1, withoutRefresh: 0, refreshLives: [] },
    grants: [{ scopes: connectable.oauth.scopes, connections: 1 }],
    outcomes: { new: 3 },
    watches: 1,
    watchFaults: [],
    clock: { aheadSeconds: 0.4 },
    ...changes,
  };
}

const check = (id: string, facts: DoctorFacts) => runChecks(facts).find((each) => each.id === id);

test.each(['github', 'gmail', 'youtube', 'slack', 'spotify', 'discord'])(
  'a healthy application of %s has no problem',
  (provider) => {
    const checks = runChecks(factsOf(provider));
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(5);
  },
);

test.each(['github', 'gmail', 'youtube', 'slack', 'spotify', 'discord'])(
  'a new application of %s has nothing that is known, and no problem',
  (provider) => {
    const fresh = factsOf(provider, {
      flows: { abandoned: 0, completed: 0, failures: {} },
      tokens: { all: 0, expiring: 0, withoutRefresh: 0, refreshLives: [] },
      grants: [],
      outcomes: {},
      watches: 0,
    });
    expect(runChecks(fresh).filter(({ status }) => status === 'problem' || status === 'warning')).toEqual([]);
  },
);

test('a secret that the provider refuses is a problem of the application, with the place of the right one', () => {
  const facts = factsOf('slack');
  const found = check('client-secret', { ...facts, app: { ...facts.app, fault: 'bad_client_secret' } });
  expect(found).toMatchObject({ status: 'problem', advice: expect.stringContaining('api.slack.com/apps') });
});

test('people who do not come back show the exact redirect address to register', () => {
  const flows = { abandoned: 2, completed: 0, failures: {} };
  expect(check('redirect-address', factsOf('spotify', { flows }))).toMatchObject({
    status: 'problem',
    text: expect.stringContaining('did not come back'),
    advice: expect.stringContaining(REDIRECT),
  });
  expect(check('redirect-address', factsOf('spotify', { flows: { ...flows, completed: 5 } }))?.status).toBe(
    'ok',
  );
  expect(check('redirect-address', factsOf('spotify', { flows: { ...flows, completed: 1 } }))?.status).toBe(
    'warning',
  );
  const failures = { app_misconfigured: 1 };
  expect(
    check('redirect-address', factsOf('github', { flows: { abandoned: 0, completed: 9, failures } }))?.status,
  ).toBe('problem');
});

test('Spotify refuses localhost', () => {
  const facts = factsOf('spotify');
  const app = { ...facts.app, redirectUrl: 'http://localhost:3000/api/oauth/spotify/callback' };
  expect(check('redirect-address', { ...facts, app })).toMatchObject({
    status: 'problem',
    advice: expect.stringContaining('127.0.0.1'),
  });
  const discord = factsOf('discord');
  expect(check('redirect-address', { ...discord, app })?.status).toBe('ok');
});

test('a token that ends and cannot be refreshed shows that offline access is missing', () => {
  const tokens = { all: 3, expiring: 3, withoutRefresh: 2, refreshLives: [] };
  expect(check('offline-access', factsOf('gmail', { tokens }))).toMatchObject({
    status: 'problem',
    advice: expect.stringContaining('access_type=offline'),
  });
  const forEver = { all: 3, expiring: 0, withoutRefresh: 0, refreshLives: [] };
  expect(check('offline-access', factsOf('github', { tokens: forEver }))?.status).toBe('ok');
});

test.each([
  ['gmail', 'testing-mode', 604_799, 'Testing'],
  ['youtube', 'testing-mode', 604_790, 'Testing'],
  ['slack', 'pkce', 2_591_990, 'PKCE'],
])('%s: a refresh token with the life of %s', (provider, id, life, word) => {
  const tokens = { all: 1, expiring: 1, withoutRefresh: 0 };
  const live = (fromConsent: number) =>
    factsOf(provider, { tokens: { ...tokens, refreshLives: [{ fromConsent, fromRefresh: 1e9 }] } });
  expect(check(id, live(life))).toMatchObject({ status: 'problem', text: expect.stringContaining(word) });
  expect(check(id, live(15_552_000))?.status).toBe('ok');
});

test('scopes that are missing are named with the polls that rest, and with what to do', () => {
  const grants = [
    { scopes: ['identify', 'guilds'], connections: 4 },
    { scopes: null, connections: 9 },
  ];
  expect(check('scopes', factsOf('discord', { grants }))).toEqual({
    id: 'scopes',
    status: 'warning',
    text: '4 connections lack connections, so that connections rest.',
    advice: expect.stringContaining('settings.scopes'),
  });
});

test('Gmail without a Pub/Sub topic pushes nothing, and a topic without its role is explained', () => {
  const facts = factsOf('gmail');
  expect(check('push-settings', { ...facts, app: { ...facts.app, settings: {} } })).toMatchObject({
    status: 'problem',
    advice: expect.stringContaining('GOOGLE_PUBSUB_TOPIC'),
  });
  const watchFaults = [{ code: 'topic_role_missing', message: 'Give it the role.', watches: 1 }];
  expect(check('watches', factsOf('gmail', { watchFaults }))).toMatchObject({
    status: 'problem',
    text: expect.stringContaining('topic_role_missing'),
    advice: 'Give it the role.',
  });
  expect(check('watches', factsOf('gmail', { watchFaults, watches: 5 }))?.status).toBe('warning');
});

test('refused polls show the development mode of Spotify, and a bot that is in no channel', () => {
  expect(check('development-mode', factsOf('spotify', { outcomes: { quota: 2 } }))).toMatchObject({
    status: 'warning',
    text: expect.stringContaining('2 polls'),
  });
  expect(check('access', factsOf('slack', { outcomes: { no_access: 1 } }))).toMatchObject({
    status: 'warning',
    advice: expect.stringContaining('/invite'),
  });
});

test.each([
  [{}, 'warning'],
  [{ distribution: 'other' }, 'warning'],
  [{ distribution: 'marketplace' }, 'ok'],
] as const)('the rate class of a Slack application with the settings %j: %s', (settings, status) => {
  const facts = factsOf('slack');
  expect(check('rate-class', { ...facts, app: { ...facts.app, settings } })?.status).toBe(status);
});

test('a clock that differs by more than 30 seconds is a problem, and an unknown one is not', () => {
  expect(check('clock', factsOf('github', { clock: { aheadSeconds: -31.2 } }))).toMatchObject({
    status: 'problem',
    text: expect.stringContaining('31 seconds'),
  });
  expect(check('clock', factsOf('github', { clock: { aheadSeconds: 29 } }))?.status).toBe('ok');
  expect(check('clock', factsOf('github', { clock: { error: 'it does not answer' } }))?.status).toBe(
    'unknown',
  );
});
