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
  /** The answer of the name servers to each look-up, in order. */
  answers?: string[][];
  ports?: number[];
  httpsOnly?: boolean;
  /** The check that refuses the destination; null if it is allowed. */
  refused: string | null;
}

const destinations = JSON.parse(
  readFileSync(new URL('../fixtures/destinations.json', import.meta.url), 'utf8'),
) as Destination[];

/** A resolver that returns the given answers in order and counts its calls. */
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

/** Checks a destination as a call does: first the text of the URL, then the addresses of its name. */
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

test('the cases cover every reason for a refusal and allowed destinations', () => {
  const looks = new Set(destinations.map(({ refused }) => refused));
  expect([...looks].sort()).toEqual(['address', 'credentials', 'host', 'port', 'scheme', 'url', null].sort());
  expect(destinations.length).toBeGreaterThan(150);
});

test('a look-up returns the first public address, and the next look-up is refused if the name then resolves to loopback', async () => {
  const resolve = answering([['93.184.216.34', '8.8.8.8'], ['127.0.0.1']]);
  const guard = createAddressGuard({ allowPrivate: false, resolve });
  expect(await lookUp(guard, 'rebind.customer.com')).toEqual([{ address: '93.184.216.34', family: 4 }]);
  expect(resolve.calls).toBe(1);
  await expect(lookUp(guard, 'rebind.customer.com')).rejects.toMatchObject({ reason: 'address' });
});

test('checkAnswers refuses a name with a private address, and accepts a name that does not resolve', async () => {
  const checks = async (answers: string[][]) => {
    const guard = createAddressGuard({ allowPrivate: false, resolve: answering(answers) });
    return guard.checkAnswers(new URL('https://a.customer.com/'));
  };
  await checks([['93.184.216.34']]);
  await checks([[]]);
  await expect(checks([['93.184.216.34', '10.0.0.5']])).rejects.toMatchObject({ reason: 'address' });
});

describe('the lists of an operator', () => {
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

test('a destination on the deny list is refused in development too', async () => {
  const guard = createAddressGuard({
    allowPrivate: true,
    deny: ['127.0.0.2'],
    resolve: answering([['127.0.0.2']]),
  });
  expect(await judge(guard, 'http://127.0.0.2/')).toBe('address');
  expect(await judge(guard, 'http://anything/')).toBe('address');
});

test('development allows loopback but no other schemes', async () => {
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

  test('to an address that was not looked up is refused before anything is sent', async () => {
    const { call, requests } = await start();
    // A literal address is never looked up.
    await expect(call(createAddressGuard({ allowPrivate: false }), '127.0.0.1')).rejects.toMatchObject({
      code: 'address_not_allowed',
    });
    expect(requests()).toBe(0);
  });

  test('goes to the address that the guard returned', async () => {
    const { call, requests } = await start();
    const guard = createAddressGuard({
      allowPrivate: false,
      allow: ['127.0.0.1'],
      resolve: answering([['127.0.0.1']]),
    });
    expect(await call(guard, 'hooks.customer.com')).toBe(200);
    expect(requests()).toBe(1);
  });

  test('does not use the proxies of the environment', async () => {
    const { call } = await start();
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    onTestFinished(() => void delete process.env['HTTP_PROXY']);
    expect(await call(createAddressGuard({ allowPrivate: true }), '127.0.0.1')).toBe(200);
  });
});
