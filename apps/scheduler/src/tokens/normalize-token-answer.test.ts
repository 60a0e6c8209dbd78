import { getConnectable } from '@hookline/providers';
import { expect, test } from 'vitest';
import { normalizeTokenAnswer } from './normalize-token-answer.ts';

const slack = getConnectable('slack')?.oauth ?? {};
const json = (value: unknown, status = 200) => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});

test('R13: an error with status 200 is an error, as JSON and as a form', () => {
  const form = {
    status: 200,
    contentType: 'application/x-www-form-urlencoded; charset=utf-8',
    body: 'error=bad_refresh_token&error_description=The+refresh+token+is+incorrect.',
  };
  for (const answer of [json({ error: 'bad_refresh_token', error_description: 'x' }), form]) {
    expect(normalizeTokenAnswer(answer, {})).toMatchObject({
      status: 400,
      answeredStatus: 200,
      error: 'bad_refresh_token',
      credentials: [],
    });
  }
  expect(normalizeTokenAnswer(json({ ok: false, error: 'invalid_refresh_token' }), slack)).toMatchObject({
    status: 400,
    error: 'invalid_refresh_token',
  });
  expect(normalizeTokenAnswer(json({ ok: false }), slack)).toMatchObject({ status: 400, error: undefined });
});

test("a form gives the same tokens as JSON, with GitHub's life of the refresh token", () => {
  const members = {
    access_token: 'an-access-token',
    expires_in: 28_800,
    refresh_token: 'a-refresh-token',
    refresh_token_expires_in: 15_897_600,
    scope: '',
    token_type: 'bearer',
  };
  const form = {
    status: 200,
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(
      Object.entries(members).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString(),
  };
  const expected = [
    {
      kind: 'access',
      accessToken: 'an-access-token',
      refreshToken: 'a-refresh-token',
      tokenType: 'bearer',
      scopes: [],
      lifeSeconds: 28_800,
      refreshLifeSeconds: 15_897_600,
    },
  ];
  expect(normalizeTokenAnswer(json(members), {}).credentials).toEqual(expected);
  expect(normalizeTokenAnswer(form, {}).credentials).toEqual(expected);
});

test("Slack's answer to a code has the token of the bot and the token of the person", () => {
  const both = {
    ok: true,
    access_token: 'bot-token',
    token_type: 'bot',
    scope: 'channels:read,chat:write',
    refresh_token: 'bot-refresh',
    expires_in: 43_200,
    authed_user: {
      id: 'U1',
      access_token: 'user-token',
      token_type: 'user',
      scope: 'search:read',
      expires_in: 43_200,
    },
  };
  expect(normalizeTokenAnswer(json(both), slack).credentials).toMatchObject([
    {
      kind: 'bot',
      accessToken: 'bot-token',
      refreshToken: 'bot-refresh',
      scopes: ['channels:read', 'chat:write'],
    },
    { kind: 'user', accessToken: 'user-token', refreshToken: undefined, scopes: ['search:read'] },
  ]);
  const { authed_user } = both;
  const userOnly = normalizeTokenAnswer(json({ ok: true, authed_user }), slack);
  expect(userOnly.credentials).toMatchObject([{ kind: 'user', accessToken: 'user-token' }]);
  expect(JSON.parse(userOnly.body)).toMatchObject({ access_token: 'user-token', token_type: 'bearer' });
  expect(
    normalizeTokenAnswer(json({ ok: true, access_token: 'b', authed_user: { id: 'U1' } }), slack).credentials,
  ).toMatchObject([{ kind: 'bot', accessToken: 'b' }]);
});

test("a refreshed token of a person is found at the top of Slack's answer, and in its own part", () => {
  const top = { ok: true, access_token: 'new', refresh_token: 'r', token_type: 'user', expires_in: 43_200 };
  expect(normalizeTokenAnswer(json(top), slack, 'user').credentials).toMatchObject([
    { kind: 'user', accessToken: 'new' },
  ]);
  const own = { ok: true, authed_user: { access_token: 'own', refresh_token: 'r' } };
  expect(normalizeTokenAnswer(json(own), slack, 'user').credentials).toMatchObject([
    { kind: 'user', accessToken: 'own' },
  ]);
  expect(normalizeTokenAnswer(json(top), slack, 'bot').credentials).toMatchObject([{ kind: 'bot' }]);
});

test('what cannot be read is passed on as it is, and gives no token', () => {
  for (const body of ['<html>', '[]', '"text"', 'null', '']) {
    const answer = { status: 200, contentType: 'text/html', body };
    expect(normalizeTokenAnswer(answer, {})).toMatchObject({ status: 200, body, credentials: [] });
  }
  expect(normalizeTokenAnswer(json({ error: 'a b<script>' }), {})).toMatchObject({
    error: undefined,
    status: 400,
  });
  expect(normalizeTokenAnswer(json({ access_token: 5 }), {}).credentials).toEqual([]);
});

test("Slack's answer to a code names the person, also where only the bot has a token", () => {
  const authed_user = { id: 'U1' };
  const answer = json({ ok: true, access_token: 'b', token_type: 'bot', bot_user_id: 'B1', authed_user });
  expect(normalizeTokenAnswer(answer, slack).values).toEqual({ personId: 'U1' });
  for (const id of [undefined, 7, '', 'x'.repeat(301), 'U\0'])
    expect(
      normalizeTokenAnswer(json({ ok: true, access_token: 'b', authed_user: { id } }), slack).values,
    ).toEqual({});
});

test('a life beyond ten years is no life, and no life is too short to be stored', () => {
  const livesOf = (life: unknown, refreshLife: unknown) => {
    const body = `{"access_token":"a","expires_in":${life},"refresh_token_expires_in":${refreshLife}}`;
    const [credential] = normalizeTokenAnswer({ ...json({}), body }, {}).credentials;
    return [credential?.lifeSeconds, credential?.refreshLifeSeconds];
  };
  for (const odd of [
    4_294_967_295,
    3e9,
    '1e308',
    '1e999',
    '1e18',
    '"9e99"',
    '"x"',
    -5,
    0,
    '[1]',
    '{}',
    'null',
  ])
    expect(livesOf(odd, odd)).toEqual([undefined, undefined]);
  expect(livesOf(315_360_000, '"315360000"')).toEqual([315_360_000, 315_360_000]);
  expect(livesOf('1e-300', 0.2)).toEqual([1, 1]);
});

test('scopes and the token type are bounded texts without control characters and half surrogate pairs', () => {
  const answer = json({
    access_token: 'a',
    token_type: `be\0ar\ud800er${'x'.repeat(100)}`,
    scope: `re\0ad,\u0007 wr\udc00ite ${'s'.repeat(1_000)} 😀`,
  });
  const [credential] = normalizeTokenAnswer(answer, {}).credentials;
  expect(credential?.tokenType).toBe(`bearer${'x'.repeat(44)}`);
  expect(credential?.scopes).toEqual(['read', 'write', 's'.repeat(300), '😀']);
  const odd = normalizeTokenAnswer(json({ access_token: 'a', token_type: '\0', scope: 5 }), {});
  expect(odd.credentials).toMatchObject([{ tokenType: 'Bearer', scopes: undefined }]);
});

test('a token with characters that no header can have is no token', () => {
  for (const odd of ['a\0b', 'a\r\nb', '\ud800', 'ü', '\u007f']) {
    expect(normalizeTokenAnswer(json({ access_token: odd }), {}).credentials).toEqual([]);
    const refresh = normalizeTokenAnswer(json({ access_token: 'a', refresh_token: odd }), {});
    expect(refresh.credentials).toEqual([]);
  }
});
