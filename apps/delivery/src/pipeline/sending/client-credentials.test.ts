import { createAddressGuard, createGuardedFetch } from '@hookline/outbound';
import { type Receiver, type ReceiverAnswer, startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type ClientCredentials,
  type ClientCredentialsOptions,
  createClientCredentialsTokens,
  TokenUnavailableError,
} from './client-credentials.ts';

const guard = createAddressGuard({ allowPrivate: true });
const fetcher = createGuardedFetch({ guard });
const impatient = createGuardedFetch({ guard, timeoutMs: 200 });
let server: Receiver;
/** Requests of tests before. */
let before = 0;

beforeAll(async () => {
  server = await startReceiver();
});
beforeEach(() => {
  before = server.requests.length;
  server.respond = (_, n) => token(`token-${n - before}`);
});
afterAll(async () => {
  await server.close();
  await fetcher.close();
  await impatient.close();
});

const json = (status: number, body: unknown): ReceiverAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const token = (value: string, more: object = { expires_in: 3600 }) =>
  json(200, { access_token: value, token_type: 'Bearer', ...more });
const requests = () => server.requests.slice(before);

const auth = (more: Partial<ClientCredentials> = {}): ClientCredentials => ({
  type: 'oauth2_client_credentials',
  tokenUrl: `${server.url}token?realm=a`,
  clientId: 'shop',
  clientSecret: 'p:a%ss w',
  ...more,
});

/** With a clock that stands still until it is moved. */
function create(options: Partial<ClientCredentialsOptions> = {}) {
  const clock = { ms: 1_000_000 };
  const tokens = createClientCredentialsTokens({ fetch: fetcher.fetch, now: () => clock.ms, ...options });
  const get = (endpoint = { id: 'ep_1', version: 1 }, given = auth(), timeoutMs = 5_000) =>
    tokens.get(endpoint, given, timeoutMs);
  return { tokens, clock, get };
}

test('the request is one of the client credentials grant, the secret in HTTP Basic or in the form', async () => {
  const { get } = create();
  await get(undefined, auth({ scope: 'hooks write', audience: 'https://api' }));
  await get({ id: 'ep_2', version: 1 }, auth({ clientAuthentication: 'body' }));
  const [inHeader, inBody] = requests();
  expect(inHeader).toMatchObject({ method: 'POST', path: '/token?realm=a' });
  // Form-encoded before it is put into Basic: RFC 6749, 2.3.1.
  const credentials = Buffer.from(String(inHeader?.headers.authorization).slice(6), 'base64').toString();
  expect(credentials).toBe('shop:p%3Aa%25ss+w');
  expect(Object.fromEntries(new URLSearchParams(inHeader?.body.toString()))).toEqual({
    grant_type: 'client_credentials',
    scope: 'hooks write',
    audience: 'https://api',
  });
  expect(inBody?.headers.authorization).toBeUndefined();
  expect(Object.fromEntries(new URLSearchParams(inBody?.body.toString()))).toEqual({
    grant_type: 'client_credentials',
    client_id: 'shop',
    client_secret: 'p:a%ss w',
  });
});

test('characters that need no encoding come to the token endpoint as they are', async () => {
  const { get } = create();
  await get(undefined, auth({ clientId: 'my-client_1.app~x', clientSecret: "a-b_c.d~e!f'g(h)i*j+k/l=" }));
  const [request] = requests();
  const credentials = Buffer.from(String(request?.headers.authorization).slice(6), 'base64').toString();
  expect(credentials).toBe('my-client_1.app~x:a-b_c.d~e%21f%27g%28h%29i%2Aj%2Bk%2Fl%3D');
});

test('concurrent callers share one token request, and later callers get the same token', async () => {
  const { get } = create();
  expect(new Set(await Promise.all(Array.from({ length: 50 }, () => get())))).toEqual(new Set(['token-1']));
  expect(await get()).toBe('token-1');
  expect(requests()).toHaveLength(1);
});

test('a token is renewed shortly before it expires, and when its endpoint was changed', async () => {
  const { get, clock } = create();
  await get();
  clock.ms += 3_539_000;
  expect(await get()).toBe('token-1');
  clock.ms += 2_000;
  expect(await get()).toBe('token-2');
  expect(await get({ id: 'ep_1', version: 2 })).toBe('token-3');
});

test('a token without `expires_in` is kept for five minutes', async () => {
  server.respond = (_, n) => token(`token-${n - before}`, {});
  const { get, clock } = create();
  await get();
  clock.ms += 269_000;
  expect(await get()).toBe('token-1');
  clock.ms += 31_000;
  expect(await get()).toBe('token-2');
});

test('a token that the endpoint refuses is dropped, at most once a minute', async () => {
  const { get, clock, tokens } = create();
  tokens.refuse('ep_1', await get());
  expect(await get()).toBe('token-2');
  // Late news of the first.
  tokens.refuse('ep_1', 'token-1');
  for (let n = 0; n < 20; n++) tokens.refuse('ep_1', await get());
  expect(await get()).toBe('token-2');
  clock.ms += 60_000;
  tokens.refuse('ep_1', 'token-2');
  expect(await get()).toBe('token-3');
});

test('at the bound the least recently used token is removed', async () => {
  const { get } = create({ maxTokens: 2 });
  const of = (id: string) => get({ id, version: 1 });
  await of('ep_1');
  await of('ep_2');
  await of('ep_1');
  await of('ep_3');
  expect(await of('ep_1')).toBe('token-1');
  expect(await of('ep_2')).toBe('token-4');
});

test('a failing token endpoint is called again after five seconds, however many callers wait', async () => {
  server.respond = () => json(503, {});
  const { get, clock } = create();
  for (let n = 0; n < 10; n++) await expect(get()).rejects.toThrow(TokenUnavailableError);
  expect(requests()).toHaveLength(1);
  server.respond = () => token('at-last');
  clock.ms += 5_000;
  expect(await get()).toBe('at-last');
});

test('a caller that cannot wait gets an error, and the next caller gets the token', async () => {
  server.respond = () => ({ ...token('slow'), delayMs: 100 });
  const { get } = create();
  await expect(get(undefined, undefined, 10)).rejects.toThrow('did not answer completely in time');
  expect(await get()).toBe('slow');
  expect(requests()).toHaveLength(1);
});

describe('a failure has the answer of the token endpoint, in one short line without the secret', () => {
  test.for<[string, () => ReceiverAnswer, string | RegExp]>([
    [
      'an OAuth error',
      () => json(401, { error: 'invalid_client', error_description: `no\r\nclient shop:p:a%ss w` }),
      'The token endpoint answered 401, invalid_client: no client shop:[redacted]. If id and secret are right, the token endpoint may want them in the body: set auth.clientAuthentication to "body"',
    ],
    [
      'a long one',
      () => json(400, { error: 'invalid_scope', error_description: 'x'.repeat(9_000) }),
      /^The token endpoint answered 400, invalid_scope: x{185}$/,
    ],
    [
      'a page',
      () => ({ status: 502, body: '<html>' }),
      'The token endpoint answered 502 without an error code',
    ],
    [
      'a redirect',
      () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }),
      'The token endpoint answered 302 without an error code',
    ],
    ['200 without a token', () => json(200, {}), /answered 200, but not with a token/],
    ['no JSON', () => json(200, '{'), /answered 200, but not with a token/],
    [
      'a token of another type',
      () => token('t', { token_type: 'mac' }),
      /answered 200, but not with a token/,
    ],
    ['a DPoP token', () => token('t', { token_type: 'DPoP' }), /is not a bearer token/],
    ['a token with a line break', () => token('a\r\nx-b: c'), /cannot be sent in a header/],
    ['an endless answer', () => json(200, 'x'.repeat(70_000)), /cannot be reached: the answer is longer/],
    ['a reset', () => ({ reset: true }), /cannot be reached: The connection was closed/],
  ])('%s', async ([, respond, message]) => {
    server.respond = respond;
    await expect(create().get()).rejects.toThrow(message);
  });
});

test('a token endpoint that does not answer fails at its deadline', async () => {
  server.respond = () => ({ hang: true });
  await expect(create({ fetch: impatient.fetch }).get()).rejects.toThrow('did not answer completely in time');
});

test('a token endpoint on an address that is not allowed is never called', async () => {
  const strict = createGuardedFetch({ guard: createAddressGuard({ allowPrivate: false }) });
  const { get } = create({ fetch: strict.fetch });
  await expect(get()).rejects.toThrow('The destination is not allowed');
  await expect(
    get({ id: 'ep_2', version: 1 }, auth({ tokenUrl: `http://localhost:${server.port}/` })),
  ).rejects.toThrow('The destination is not allowed');
  expect(requests()).toEqual([]);
  await strict.close();
});
