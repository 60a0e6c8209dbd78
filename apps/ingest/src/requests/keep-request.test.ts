import { decodeKeptRequest } from '@hookline/bus';
import { MAX_KEPT_HEADER_BYTES } from '@hookline/contracts';
import { getProvider, type Provider } from '@hookline/providers';
import { expect, test } from 'vitest';
import { type IncomingRequest, keepRequest } from './keep-request.ts';
import { readHeaderName, requestSecretsOf } from './kept-header-check.ts';

const body = Buffer.from('{}');
const secretsOf = (id: string, options?: Record<string, string>) =>
  requestSecretsOf(getProvider(id) as Provider, options);

async function keep(overrides: Partial<IncomingRequest>) {
  const encoded = await keepRequest({
    method: 'POST',
    target: '/in/token',
    origin: 'https://hooks.example.com',
    rawHeaders: [],
    connection: undefined,
    body,
    payload: body,
    secrets: secretsOf('github'),
    seal: (plain) => `sealed ${plain.length}`,
    ...overrides,
  });
  return encoded && (await decodeKeptRequest(encoded));
}

test('the header Connection and the headers that it names are not kept', async () => {
  const kept = await keep({
    connection: 'keep-alive, X-Hop',
    rawHeaders: ['Connection', 'keep-alive, X-Hop', 'X-Hop', '1', 'X-Own', '2'],
  });
  expect(kept?.headers).toEqual([{ name: 'x-own', value: '2', isSealed: false }]);
});

test('headers are kept in their order, and repeated headers are kept as often as they came', async () => {
  const kept = await keep({ rawHeaders: ['B', '1', 'Accept', 'x', 'b', '2'] });
  expect(kept?.headers.map(({ name, value }) => [name, value])).toEqual([
    ['b', '1'],
    ['accept', 'x'],
    ['b', '2'],
  ]);
});

test('headers beyond a total of 32 KB are left out and listed by name, and smaller headers after them are kept', async () => {
  const kept = await keep({
    rawHeaders: ['x-a', 'a'.repeat(30_000), 'x-large', 'b'.repeat(3_000), 'x-small', 'c'],
  });
  expect(kept?.headers.map(({ name }) => name)).toEqual(['x-a', 'x-small']);
  expect(kept?.headersLeftOut).toEqual(['x-large']);
  const bytes = kept?.headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  expect(bytes).toBeLessThanOrEqual(MAX_KEPT_HEADER_BYTES);
});

test('the body is kept only if it is not byte for byte the payload', async () => {
  expect((await keep({ payload: Buffer.from('{}') }))?.body).toBeUndefined();
  expect((await keep({ payload: Buffer.from('[]') }))?.body).toEqual(body);
  expect((await keep({ payload: undefined }))?.body).toEqual(body);
  const empty = await keep({ method: 'GET', body: Buffer.alloc(0) });
  expect(empty?.body).toHaveLength(0);
});

test('the path after a source’s address is kept as the suffix, and any other path has no suffix', async () => {
  expect(await keep({ target: '/in/t/a%20b/c?d=/e' })).toMatchObject({
    path: '/in/t',
    pathSuffix: '/a%20b/c',
    query: 'd=/e',
  });
  expect(await keep({ target: '/api/webhooks/github/acme' })).toMatchObject({
    path: '/api/webhooks/github/acme',
    pathSuffix: '',
    query: '',
  });
});

test.each([
  ['github', undefined, 'x-hub-signature-256', false],
  ['github', undefined, 'authorization', true],
  ['gitlab', undefined, 'x-gitlab-token', true],
  ['api-key', undefined, 'x-api-key', true],
  ['api-key', { header: 'X-Door' }, 'x-door', true],
  ['hmac', { header: 'X-Sum' }, 'x-sum', false],
  ['telegram', undefined, 'x-telegram-bot-api-secret-token', true],
  ['stripe', undefined, 'stripe-signature', false],
] as const)('%s with %j: that %s is a secret is %s', (id, options, name, isSecret) => {
  expect(secretsOf(id, options).isSecretHeader(readHeaderName(name))).toBe(isSecret);
});

test('the facts about a header name stay the same after many other header names', () => {
  for (let n = 0; n < 2_500; n++) {
    expect(readHeaderName(`X-Name-${n}`)).toEqual({
      lowerCase: `x-name-${n}`,
      staysBehind: false,
      namesSecret: false,
    });
    expect(readHeaderName('X-Forwarded-For').staysBehind).toBe(true);
    expect(readHeaderName('X-Api-Key').namesSecret).toBe(true);
  }
});

test('a query that holds its provider’s secret is sealed completely', async () => {
  const kept = await keep({ target: '/in/t?a=1&secret=s', secrets: secretsOf('mollie-classic') });
  expect(kept).toMatchObject({ query: 'sealed 12', isQuerySealed: true });
  expect(await keep({ target: '/in/t?a=1&signature=s' })).toMatchObject({ isQuerySealed: false });
});

test.each([
  'api_key',
  'apiKey',
  'apikey',
  'access_key',
  'auth-key',
  'key',
  'X_API_KEY',
  'credential',
  'client_secret',
])('a query with the parameter %s is sealed for every provider', async (name) => {
  const kept = await keep({ target: `/in/t?a=1&${name}=s` });
  expect(kept).toMatchObject({ query: `sealed ${name.length + 6}`, isQuerySealed: true });
});

test.each(['keyword', 'monkey', 'key_id', 'idempotency_key', 'authority'])(
  'a query with the parameter %s is not sealed',
  async (name) => {
    expect(await keep({ target: `/in/t?${name}=s` })).toMatchObject({
      query: `${name}=s`,
      isQuerySealed: false,
    });
  },
);

test('a request whose method cannot be forwarded is not kept', async () => {
  expect(await keep({ method: 'TRACE' })).toBeUndefined();
});
