import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { type Answer, createHarness, pathOf, type Replica, waitForRejections } from './harness.ts';
import { type SignedRequest, signGithub } from './sign.ts';

const secret = 's';
const right = () => signGithub({ secret, body: '{"n":1}' });
const wrong = () => signGithub({ secret: 'wrong', body: '{"n":1}' });
const windowMs = 900_000;

/** Sends a request as a trusted proxy does that received it from this address. */
const from = (replica: Replica, path: string, address: string, { headers, body }: SignedRequest) =>
  replica.deliver(path, { headers: { ...headers, 'x-forwarded-for': address }, body });

/** A member of RateLimit-Policy or RateLimit. */
const memberOf = ({ headers }: Answer, field: string, member: string) =>
  new RegExp(`^"(?:ip|source)";.*\\b${member}=(\\d+)`).exec(headers.get(field) ?? '')?.[1] ?? null;

/** The limit, what is left of it, and Retry-After. */
const headersOf = (answer: Answer) => [
  memberOf(answer, 'ratelimit-policy', 'q'),
  memberOf(answer, 'ratelimit', 'r'),
  answer.headers.get('retry-after'),
];

test('beyond an address’s limit of refusals, invalid requests get 429 with Retry-After, and valid requests are accepted', async () => {
  const { startReplica, asOwner } = await createHarness({
    limits: { perAddress: 3, perSource: 0, windowMs },
  });
  const replica = await startReplica();
  const path = pathOf(await replica.createSource({ provider: 'github', secret }, 'acme'));
  const stranger = '198.51.100.7';
  for (const remaining of ['2', '1', '0']) {
    const answer = await from(replica, path, stranger, wrong());
    expect([answer.status, ...headersOf(answer)]).toEqual([401, '3', remaining, null]);
    expect(Number(memberOf(answer, 'ratelimit', 't'))).toBeGreaterThan(890);
  }
  const limited = await from(replica, path, stranger, wrong());
  expect([limited.status, limited.json.code]).toEqual([429, 'rate_limited']);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(890);
  expect(headersOf(limited).slice(0, 2)).toEqual(['3', '0']);
  // The address is shared, and no valid request has come from it before.
  expect((await from(replica, path, stranger, right())).status).toBe(200);
  expect((await from(replica, path, '198.51.100.8', right())).status).toBe(200);
  // Refused requests beyond the limit are not kept as rejections.
  await replica.close();
  expect(await asOwner('select count(*)::int as kept from rejections')).toEqual([{ kept: 3 }]);
});

test('an address with ten times the limit and no valid request is refused before verification, and other addresses are not', async () => {
  const { startReplica, readEvents } = await createHarness({
    limits: { perAddress: 2, perSource: 0, windowMs },
  });
  const replica = await startReplica();
  const path = pathOf(await replica.createSource({ provider: 'github', secret }, 'acme'));
  const statuses: number[] = [];
  for (let index = 0; index < 20; index++) {
    statuses.push((await from(replica, path, '198.51.100.7', wrong())).status);
  }
  expect(statuses).toEqual([401, 401, ...Array.from({ length: 18 }, () => 429)]);
  const unheard = await from(replica, path, '198.51.100.7', right());
  expect([unheard.status, ...headersOf(unheard).slice(0, 2)]).toEqual([429, '2', '0']);
  expect(Number(unheard.headers.get('retry-after'))).toBeGreaterThan(890);
  expect((await from(replica, path, '198.51.100.8', right())).status).toBe(200);
  expect(await readEvents()).toHaveLength(1);
});

test('valid requests from a shared address are accepted, whatever invalid requests come from it', async () => {
  const { startReplica, readEvents } = await createHarness({
    limits: { perAddress: 3, perSource: 0, windowMs },
  });
  const replica = await startReplica();
  const path = pathOf(await replica.createSource({ provider: 'github', secret }, 'acme'));
  const shared = '203.0.113.9';
  expect((await from(replica, path, shared, right())).status).toBe(200);
  const refused = [];
  for (let index = 0; index < 6; index++) refused.push((await from(replica, path, shared, wrong())).status);
  expect(refused).toEqual([401, 401, 401, 429, 429, 429]);
  for (let index = 0; index < 5; index++) {
    expect((await from(replica, path, shared, right())).status).toBe(200);
  }
  expect(await readEvents()).toHaveLength(6);
});

test('accepted requests never count against an address', async () => {
  const { startReplica } = await createHarness({ limits: { perAddress: 2, perSource: 0, windowMs } });
  const replica = await startReplica();
  const path = pathOf(await replica.createSource({ provider: 'github', secret }, 'acme'));
  for (let index = 0; index < 8; index++) expect((await replica.deliver(path, right())).status).toBe(200);
});

test('a source has a limit of verified requests, which requests of other senders do not use up', async () => {
  const { startReplica, readEvents } = await createHarness({
    limits: { perAddress: 0, perSource: 2, windowMs },
  });
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret }, 'acme');
  const other = await replica.createSource({ provider: 'github', secret }, 'other');
  for (let index = 0; index < 5; index++) await replica.deliver(pathOf(source), wrong());
  for (const remaining of ['1', '0']) {
    const answer = await replica.deliver(pathOf(source), right());
    expect([answer.status, ...headersOf(answer)]).toEqual([200, '2', remaining, null]);
  }
  const limited = await replica.deliver(pathOf(source), right());
  expect([limited.status, limited.json.code]).toEqual([429, 'rate_limited']);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(890);
  expect((await replica.deliver(pathOf(other), right())).status).toBe(200);
  expect(await readEvents()).toHaveLength(3);
  expect(await waitForRejections(replica, 1, '?code=rate_limited')).toMatchObject([
    { sourceId: source.id, cause: 'rate_limited' },
  ]);
});

test('the count starts at zero after the window ends', async () => {
  const { startReplica } = await createHarness({ limits: { perAddress: 0, perSource: 1, windowMs: 1_000 } });
  const replica = await startReplica();
  const path = pathOf(await replica.createSource({ provider: 'github', secret }, 'acme'));
  expect((await replica.deliver(path, right())).status).toBe(200);
  const limited = await replica.deliver(path, right());
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
  await until(async () => (await replica.deliver(path, right())).status === 200, {
    what: 'the end of the window',
  });
});
