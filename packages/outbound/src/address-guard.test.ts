import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AddressGuard, AddressNotAllowedError, createAddressGuard } from './address-guard.ts';
import { createGuardedConnector } from './guarded-connector.ts';
import type { ResolveHost } from './resolve-host.ts';

interface Destination {
  id: string;
  url: string;
  /** What the name servers say at the first look-up, and at the next. */
  answers?: string[][];
  ports?: number[];
  httpsOnly?: boolean;
  /** At which look it is refused; null: it is not. */
  refused: string | null;
}

const destinations = JSON.parse(
  readFileSync(new URL('../fixtures/destinations.json', import.meta.url), 'utf8'),
) as Destination[];

/** Name servers that give one answer after the other, and count. */
function answering(answers: readonly string[][]): ResolveHost & { calls: number } {
  const resolve = Object.assign(
    async () => {
      const addresses = answers[Math.min(resolve.calls++, answers.length - 1)] ?? [];
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
    { calls: 0 },
  );
  return resolve;
}

const lookUp = (guard: AddressGuard, host: string) =>
  new Promise<unknown>((resolve, reject) =>
    guard.lookup(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found))),
  );

/** As a call goes: the text, then the name. */
async function judge(guard: AddressGuard, text: string): Promise<string | null> {
  try {
    const url = guard.parseUrl(text);
    if (/[a-z]$/.test(url.hostname)) await lookUp(guard, url.hostname);
    return null;
  } catch (error) {
    if (!(error instanceof AddressNotAllowedError)) throw error;
    return error.reason;
  }
}

test.each(destinations)('$id: $url is refused: $refused', async (destination) => {
  const { url, answers = [], ports, httpsOnly, refused } = destination;
  const resolve = answering(answers);
  const guard = createAddressGuard({
    allowPrivate: false,
    resolve,
    ...(ports ? { ports } : {}),
    ...(httpsOnly ? { httpsOnly } : {}),
  });
  expect(await judge(guard, url)).toBe(refused);
  expect(resolve.calls).toBeLessThanOrEqual(1);
});

test('the cases cover every look, and what is allowed', () => {
  const looks = new Set(destinations.map(({ refused }) => refused));
  expect([...looks].sort()).toEqual(['address', 'credentials', 'host', 'port', 'scheme', 'url', null].sort());
  expect(destinations.length).toBeGreaterThan(150);
});

test('a name that is public first and loopback next: the first is pinned, the next attempt is refused', async () => {
  const resolve = answering([['93.184.216.34', '8.8.8.8'], ['127.0.0.1']]);
  const guard = createAddressGuard({ allowPrivate: false, resolve });
  expect(await lookUp(guard, 'rebind.customer.com')).toEqual([{ address: '93.184.216.34', family: 4 }]);
  expect(resolve.calls).toBe(1);
  await expect(lookUp(guard, 'rebind.customer.com')).rejects.toMatchObject({ reason: 'address' });
});

test('what a name resolves to is judged when it is saved; one that does not resolve passes', async () => {
  const checks = async (answers: string[][]) => {
    const guard = createAddressGuard({ allowPrivate: false, resolve: answering(answers) });
    return guard.checkAnswers(new URL('https://a.customer.com/'));
  };
  await checks([['93.184.216.34']]);
  await checks([[]]);
  await expect(checks([['93.184.216.34', '10.0.0.5']])).rejects.toMatchObject({ reason: 'address' });
});

describe('what an operator says', () => {
  const guard = createAddressGuard({
    allowPrivate: false,
    allow: ['10.1.0.0/16', 'fd00:1::/32', 'billing.corp', '*.svc.cluster.local'],
    deny: ['hooks.hookline.dev', '10.1.9.0/24'],
    resolve: answering([['10.1.2.3']]),
  });
  test.each([
    ['http://10.1.255.1/', null],
    ['http://[::ffff:10.1.2.3]/', null],
    ['http://[fd00:1::7]/', null],
    ['http://10.2.0.1/', 'address'],
    ['http://10.1.9.9/', 'address'],
    ['http://[fd00:2::7]/', 'address'],
    ['http://billing.corp/', null],
    ['http://Billing.Corp./', null],
    ['http://a.billing.corp/', 'host'],
    ['http://orders.svc.cluster.local/', null],
    ['http://svc.cluster.local/', 'host'],
    ['https://in-10-1.customer.com/', null],
    ['http://billing.corp:5432/', 'port'],
    ['https://hooks.hookline.dev/in', 'host'],
  ])('%s is refused: %s', async (url, refused) => expect(await judge(guard, url)).toBe(refused));

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', 'https://a.b/', 'a b', '*', ''])(
    '"%s" cannot be read, and is not taken for something else',
    (entry) => {
      expect(() => createAddressGuard({ allowPrivate: false, allow: [entry] })).toThrow(RangeError);
    },
  );
});

test('what is never to be called is not called in development either', async () => {
  const guard = createAddressGuard({
    allowPrivate: true,
    deny: ['127.0.0.2'],
    resolve: answering([['127.0.0.2']]),
  });
  expect(await judge(guard, 'http://127.0.0.2/')).toBe('address');
  expect(await judge(guard, 'http://anything/')).toBe('address');
});

test('development allows loopback, and no other scheme', async () => {
  const guard = createAddressGuard({ allowPrivate: true });
  expect(guard.parseUrl('http://127.0.0.1:1/').port).toBe('1');
  expect(() => guard.parseUrl('ftp://127.0.0.1/')).toThrow(AddressNotAllowedError);
  expect(await lookUp(guard, 'localhost')).toMatchObject([{ address: expect.stringMatching(/127|::1/) }]);
});

describe('a connection', () => {
  async function start() {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    onTestFinished(() => void server.close());
    const call = async (guard: AddressGuard, host: string) => {
      const agent = new Agent({ connect: createGuardedConnector(guard, { timeout: 1_000 }) });
      onTestFinished(() => agent.destroy());
      return (await request(`http://${host}:${port}/`, { dispatcher: agent })).statusCode;
    };
    return { call, requests: () => requests };
  }

  test('to where nobody looked it up is refused before anything is sent', async () => {
    const { call, requests } = await start();
    // A literal address: no look-up is made for it.
    await expect(call(createAddressGuard({ allowPrivate: false }), '127.0.0.1')).rejects.toMatchObject({
      code: 'address_not_allowed',
    });
    expect(requests()).toBe(0);
  });

  test('goes to the address that the guard gave', async () => {
    const { call, requests } = await start();
    const guard = createAddressGuard({
      allowPrivate: false,
      allow: ['127.0.0.1'],
      resolve: answering([['127.0.0.1']]),
    });
    expect(await call(guard, 'hooks.customer.com')).toBe(200);
    expect(requests()).toBe(1);
  });

  test('the environment’s proxies are not used', async () => {
    const { call } = await start();
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    onTestFinished(() => void delete process.env['HTTP_PROXY']);
    expect(await call(createAddressGuard({ allowPrivate: true }), '127.0.0.1')).toBe(200);
  });
});
