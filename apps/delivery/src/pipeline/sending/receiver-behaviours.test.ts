import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { type AddressGuardOptions, createAddressGuard } from '@hookline/outbound';
import { createSandbox } from '@hookline/sandbox';
import {
  type CertificateAuthority,
  type CertificateRequest,
  createCertificateAuthority,
  type ReceiverAnswer,
  startReceiver,
} from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPACTOR, HOP_COUNTS, makeDelivery, makeEndpoint } from '../../../test/support/make-delivery.ts';
import { startRawServer, trickle, writeForEver } from '../../../test/support/start-raw-server.ts';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import { ATTEMPT_ERRORS, type AttemptErrorCode } from '../delivery/attempt-errors.ts';
import type { ResponseEnd } from '../delivery/connection-facts.ts';
import type { LaneSignal } from '../delivery/lane-signal.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { shipmentOf } from '../delivery/shipment.ts';
import { createTransformer } from '../transformations/create-transformer.ts';
import { attemptShipment } from './attempt-delivery.ts';
import type { AuthorizedSender } from './authorized-sender.ts';
import { createSender, type Sender } from './send-request.ts';
import { signalOf } from './signal-of.ts';

const neverBroken = (error: unknown) => {
  throw error;
};

const transformer = createTransformer(createSandbox());

interface Running {
  url: string;
  close(): Promise<void> | void;
  /** Requests, or connections where nobody understands requests. */
  contacts?: () => number;
}

interface Behaviour {
  name: string;
  start: () => Promise<Running>;
  endpoint?: Partial<CatalogEndpoint>;
  payload?: Buffer;
  guard?: Partial<AddressGuardOptions>;
  /** Default `success`. */
  code?: AttemptErrorCode;
  /** Of the answer; absent: there was none. */
  status?: number;
  end?: ResponseEnd;
  /** What the lane is told. Default: `good` for a success, else `neutral`. */
  /** Default: what the catalogue says of the code. */
  signal?: LaneSignal['condition'];
  /** Seconds until the next attempt. Default: what the policy says, a minute with its jitter; null: none. */
  next?: number | null;
  disables?: boolean;
  /** Default 1. */
  contacts?: number;
  check?: (attempt: NonNullable<Outcome['attempt']>) => void;
}

let authority: CertificateAuthority;
let stranger: CertificateAuthority;
let sender: Sender;
/** As for an endpoint that asks for none. */
const withoutCredentials = (plain: Pick<Sender, 'send'>): AuthorizedSender => ({
  send: (_endpoint, request) => plain.send(request),
});

beforeAll(async () => {
  [authority, stranger] = await Promise.all([createCertificateAuthority(), createCertificateAuthority()]);
  sender = createSender(createAddressGuard({ allowPrivate: true }), {
    certificateAuthorities: authority.cert,
  });
});
afterAll(() => sender.close());

const answering = (answer: ReceiverAnswer) => async (): Promise<Running> => {
  const receiver = await startReceiver({ respond: () => answer });
  return { url: receiver.url, close: () => receiver.close(), contacts: () => receiver.requests.length };
};

const raw = (behave: (socket: Socket) => void) => async (): Promise<Running> => {
  const server = await startRawServer(behave);
  return { url: server.url, close: () => server.close(), contacts: () => server.connections };
};

const says = (text: string | Buffer) => raw((socket) => void socket.end(text));
const head = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${[status, ...headers].join('\r\n')}\r\n\r\n`;

/** As an https endpoint that never gets to see a request. */
const withCertificate =
  (of: () => CertificateAuthority, request: CertificateRequest = {}) =>
  async (): Promise<Running> => {
    let requests = 0;
    const server = createTlsServer(await of().issue(request), (socket) => {
      socket.on('error', () => {});
      socket.on('data', () => requests++);
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      url: `https://localhost:${port}/`,
      close: () => void server.close(),
      contacts: () => requests,
    };
  };

const unresolved = (error: { code: string; syscall: string }) => ({
  resolve: () => Promise.reject(Object.assign(new Error(error.code), error)),
});
/** Anywhere: the guard does not let it come so far. */
const nowhere = (url: string) => async (): Promise<Running> => ({ url, close: () => {} });

const DAY_MS = 86_400_000;
const HTTP = { code: 'http_error' } as const;

const behaviours: Behaviour[] = [
  ...[200, 201, 202, 204, 299].map((status) => ({
    name: `${status}`,
    start: answering({ status }),
    status,
    end: 'complete' as const,
  })),
  { name: '204 with a body', start: says(`${head('204 No Content')}surprise`), status: 204 },
  {
    name: '200 with trailers',
    start: says(`${head('200 OK', 'transfer-encoding: chunked')}2\r\nok\r\n0\r\nx-late: 1\r\n\r\n`),
    status: 200,
    end: 'complete',
  },
  ...[300, 301, 302, 303, 304, 307, 308].map((status) => ({
    name: `${status} to itself`,
    start: answering({ status, headers: { location: '/' } }),
    code: 'redirect' as const,
    status,
  })),
  {
    name: '302 to metadata, at length',
    start: answering({
      status: 302,
      headers: { location: `http://169.254.169.254/latest/meta-data/?${'x'.repeat(4_000)}` },
    }),
    code: 'redirect',
    status: 302,
    check: ({ responseHeaders }) => {
      expect(responseHeaders?.['location']).toMatch(/^http:\/\/169\.254\.169\.254/);
      expect(responseHeaders?.['location']).toHaveLength(1_000);
    },
  },
  ...[400, 401, 403, 404, 408, 422, 500, 501, 599].map((status) => ({
    ...HTTP,
    name: `${status}`,
    start: answering({ status }),
    status,
  })),
  ...[429, 502, 503, 504].map((status) => ({
    ...HTTP,
    name: `${status} slows the lane`,
    start: answering({ status }),
    status,
    signal: 'strained' as const,
  })),
  {
    name: '410 is the end of the endpoint',
    start: answering({ status: 410 }),
    code: 'endpoint_gone',
    status: 410,
    next: null,
    disables: true,
  },
  {
    ...HTTP,
    name: '429 with Retry-After in seconds',
    start: answering({ status: 429, headers: { 'retry-after': '120' } }),
    status: 429,
    signal: 'strained',
    next: 120,
  },
  {
    ...HTTP,
    name: '503 with Retry-After as a date',
    start: async () =>
      answering({
        status: 503,
        headers: { 'retry-after': new Date(Date.now() + 300_000).toUTCString() },
      })(),
    status: 503,
    signal: 'strained',
    next: 300,
  },
  {
    ...HTTP,
    name: '429 with a Retry-After of years',
    start: answering({ status: 429, headers: { 'retry-after': '999999999' } }),
    status: 429,
    signal: 'strained',
    next: 6 * 3_600,
  },
  ...['-5', 'soon', '1e9', ''].map((value) => ({
    ...HTTP,
    name: `429 with the Retry-After "${value}"`,
    start: answering({ status: 429, headers: { 'retry-after': value } }),
    status: 429,
    signal: 'strained' as const,
  })),
  {
    name: '200 with webhook-delivery: disable',
    start: answering({ status: 200, headers: { 'webhook-delivery': 'disable' } }),
    status: 200,
    disables: true,
  },
  {
    name: '503 with webhook-delivery: disable',
    start: answering({ status: 503, headers: { 'webhook-delivery': 'Disable' } }),
    code: 'endpoint_disabled',
    status: 503,
    signal: 'strained',
    next: null,
    disables: true,
  },
  {
    name: '422 with webhook-delivery: abort-message',
    start: answering({ status: 422, headers: { 'webhook-delivery': 'abort-message' } }),
    code: 'delivery_aborted',
    status: 422,
    next: null,
  },
  {
    name: '200 with webhook-delivery: abort-message',
    start: answering({ status: 200, headers: { 'webhook-delivery': 'abort-message' } }),
    status: 200,
  },
  {
    ...HTTP,
    name: '500 with a webhook-delivery that means nothing',
    start: answering({ status: 500, headers: { 'webhook-delivery': 'disabled?' } }),
    status: 500,
  },
  { name: 'a reset before the head', start: answering({ reset: true }), code: 'connection_reset' },
  { name: 'an end before the head', start: raw((socket) => void socket.end()), code: 'connection_reset' },
  {
    name: 'an end in the head',
    start: says('HTTP/1.1 200 OK\r\ncontent-le'),
    code: 'connection_reset',
  },
  ...(
    [
      ['200 OK', 200, undefined],
      ['500 No', 500, 'http_error'],
    ] as const
  ).map(([line, status, code]) => ({
    name: `a reset after the head of a ${status}`,
    start: raw((socket) => {
      socket.write(`${head(line, 'content-length: 100')}half`);
      setTimeout(() => socket.resetAndDestroy(), 50);
    }),
    ...(code ? { code } : {}),
    status,
    end: 'broken' as const,
    check: ({ responseBody }: NonNullable<Outcome['attempt']>) =>
      expect(responseBody?.toString()).toBe('half'),
  })),
  {
    name: 'a terabyte that is announced, and ten bytes that come',
    start: says(`${head('200 OK', 'content-length: 1099511627776')}0123456789`),
    status: 200,
    end: 'broken',
  },
  {
    name: 'chunks that are none after the head',
    start: says(`${head('200 OK', 'transfer-encoding: chunked')}zz\r\n`),
    status: 200,
    end: 'broken',
  },
  { name: 'no answer at all', start: answering({ hang: true }), code: 'timeout', signal: 'strained' },
  {
    name: 'a trickle of a head',
    start: raw((socket) => trickle(socket, 'HTTP/1.1 200 OK\r\nx-slow: ')),
    code: 'timeout',
    signal: 'strained',
  },
  {
    name: 'a trickle of a body: the status decides, and the lane slows',
    start: raw((socket) => trickle(socket, head('200 OK', 'content-length: 100000'))),
    status: 200,
    end: 'timeout',
    signal: 'strained',
  },
  ...(
    [
      ['200 OK', 200, undefined],
      ['500 No', 500, 'http_error'],
    ] as const
  ).map(([line, status, code]) => ({
    name: `a body without end of a ${status}`,
    start: raw((socket) => writeForEver(socket, head(line))),
    ...(code ? { code } : {}),
    status,
    end: 'cut' as const,
    check: ({ responseBody }: NonNullable<Outcome['attempt']>) => expect(responseBody).toHaveLength(16_384),
  })),
  {
    name: 'a gzip bomb is kept as it came',
    start: answering({
      status: 200,
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(10_000_000)),
    }),
    status: 200,
    end: 'complete',
    check: ({ responseBody, responseHeaders }) => {
      expect(responseHeaders?.['content-encoding']).toBe('gzip');
      expect(responseBody?.subarray(0, 2).toString('hex')).toBe('1f8b');
      expect(responseBody?.length).toBeLessThanOrEqual(16_384);
    },
  },
  {
    name: 'endless headers',
    start: raw((socket) => writeForEver(socket, 'HTTP/1.1 200 OK\r\nx-endless: ')),
    code: 'response_headers_too_large',
  },
  {
    name: 'a thousand headers',
    start: says(head('200 OK', ...Array.from({ length: 1_000 }, (_, n) => `x-${n}: ${'v'.repeat(20)}`))),
    code: 'response_headers_too_large',
  },
  {
    name: 'two hundred headers, of which fifty are kept, and no cookie',
    start: says(
      head('200 OK', 'set-cookie: a=b', 'x-token: t', ...Array.from({ length: 200 }, (_, n) => `x-${n}: v`)),
    ),
    status: 200,
    check: ({ responseHeaders = {} }) => {
      expect(Object.keys(responseHeaders)).toHaveLength(50);
      expect(responseHeaders).toMatchObject({ 'set-cookie': '[redacted]', 'x-token': '[redacted]' });
    },
  },
  { name: 'another protocol', start: says('SSH-2.0-OpenSSH_9.2\r\n'), code: 'invalid_response' },
  { name: 'HTTP/0.9', start: says('<html>hello</html>'), code: 'invalid_response' },
  { name: 'bare line feeds', start: says('HTTP/1.1 200 OK\nx: 1\n\n'), code: 'invalid_response' },
  {
    name: 'two lengths',
    start: says(`${head('200 OK', 'content-length: 5', 'content-length: 6')}hello`),
    code: 'invalid_response',
  },
  {
    name: 'an early close while a large body is still coming',
    start: raw((socket) => {
      socket.write(head('413 Too Large', 'content-length: 0', 'connection: close'));
      socket.end();
    }),
    payload: Buffer.from(JSON.stringify('x'.repeat(1_000_000))),
    ...HTTP,
    status: 413,
  },
  {
    name: '103 before the answer',
    start: says(`${head('103 Early Hints', 'link: </a>')}${head('200 OK', 'content-length: 0')}`),
    status: 200,
  },
  {
    name: 'a hundred 103',
    start: says(`${head('103 Early Hints').repeat(100)}${head('200 OK', 'content-length: 0')}`),
    code: 'invalid_response',
  },
  {
    name: '100 that nobody asked for',
    start: says(`${head('100 Continue')}${head('200 OK', 'content-length: 0')}`),
    status: 200,
  },
  {
    name: '100 that nobody asked for, a byte at a time',
    start: raw((socket) =>
      trickle(socket, `${head('100 Continue', 'x: y')}${head('200 OK', 'content-length: 0')}`),
    ),
    status: 200,
  },
  {
    name: '100 twice, then 103, then the answer',
    start: says(
      `${head('100 Continue').repeat(2)}${head('103 Early Hints')}${head('200 OK', 'content-length: 0')}`,
    ),
    status: 200,
  },
  {
    name: 'a hundred 100',
    start: says(`${head('100 Continue').repeat(100)}${head('200 OK', 'content-length: 0')}`),
    code: 'invalid_response',
  },
  {
    name: '101 that nobody asked for',
    start: says(head('101 Switching Protocols', 'upgrade: websocket', 'connection: upgrade')),
    code: 'invalid_response',
  },
  {
    name: 'HTTP/2 that goes away for good',
    start: async () => {
      const server = createSecureServer(await authority.issue());
      server.on('sessionError', () => {});
      server.on('stream', (stream) => {
        stream.on('error', () => {});
        stream.session?.destroy();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      return { url: `https://localhost:${port}/`, close: () => void server.close() };
    },
    code: 'connection_reset',
  },
  {
    name: 'a port where nothing listens',
    start: async () => {
      const { url, close } = await answering({})();
      await close();
      return { url, close: () => {} };
    },
    code: 'connection_refused',
  },
  {
    name: 'TLS that stalls',
    start: async () => {
      const server = await startRawServer(() => {});
      return { url: server.url.replace('http:', 'https:'), close: () => server.close() };
    },
    endpoint: { timeoutMs: 10_000 },
    code: 'connect_timeout',
    signal: 'strained',
  },
  {
    name: 'a name server that hangs',
    start: nowhere('http://slow.hookline.dev/'),
    guard: { resolve: () => new Promise(() => {}) },
    code: 'timeout',
    signal: 'strained',
  },
  {
    name: 'a name that does not exist',
    start: nowhere('http://no-such-host.hookline.invalid/'),
    code: 'dns_error',
  },
  {
    name: 'a name server that refuses',
    start: nowhere('http://a.hookline.dev/'),
    guard: unresolved({ code: 'ECONNREFUSED', syscall: 'queryA' }),
    code: 'dns_error',
  },
  {
    name: 'a name without an address',
    start: nowhere('http://a.hookline.dev/'),
    guard: { resolve: () => Promise.resolve([]) },
    code: 'dns_error',
  },
  {
    name: 'a certificate that has expired',
    start: withCertificate(() => authority, {
      notBefore: new Date(Date.now() - 3 * DAY_MS),
      notAfter: new Date(Date.now() - DAY_MS),
    }),
    code: 'certificate_expired',
    contacts: 0,
  },
  {
    name: 'a certificate that is not valid yet',
    start: withCertificate(() => authority, {
      notBefore: new Date(Date.now() + DAY_MS),
      notAfter: new Date(Date.now() + 2 * DAY_MS),
    }),
    code: 'certificate_expired',
    contacts: 0,
  },
  {
    name: 'a certificate of an authority that nobody knows',
    start: withCertificate(() => stranger),
    code: 'certificate_untrusted',
    contacts: 0,
  },
  {
    name: 'a certificate for another host',
    start: withCertificate(() => authority, { hosts: ['elsewhere.hookline.dev'] }),
    code: 'certificate_mismatch',
    contacts: 0,
  },
  {
    name: 'plain HTTP where TLS should be',
    start: async () => {
      const running = await says(head('200 OK', 'content-length: 0'))();
      return { ...running, url: running.url.replace('http:', 'https:') };
    },
    code: 'tls_error',
  },
  ...(
    [
      ['http://127.0.0.1:8080/', []],
      ['http://169.254.169.254/latest/meta-data', []],
      ['http://inside.hookline.dev/', ['10.0.0.5']],
      ['http://mixed.hookline.dev/', ['93.184.216.34', '127.0.0.1']],
      ['http://hooks.hookline.dev:5432/', ['93.184.216.34']],
    ] as const
  ).map(([url, addresses]) => ({
    name: `${url} that is ${addresses.join(' and ') || 'what it says'}`,
    start: nowhere(url),
    guard: {
      allowPrivate: false,
      resolve: () => Promise.resolve(addresses.map((address) => ({ address, family: 4 }))),
    },
    code: 'address_not_allowed' as const,
    check: ({ errorMessage }: NonNullable<Outcome['attempt']>) =>
      expect(errorMessage).toBe('The destination is not allowed'),
  })),
];

async function attempt({ start, endpoint, payload, guard }: Behaviour) {
  const running = await start();
  const own = guard
    ? createSender(createAddressGuard({ allowPrivate: true, ...guard }), {
        certificateAuthorities: authority.cert,
      })
    : undefined;
  const known = makeEndpoint({
    timeoutMs: 1_000,
    policy: { maxRetries: 3, retryDelaySeconds: 60, schedule: undefined },
    ...endpoint,
    url: new URL(running.url),
  });
  try {
    const [settled] = await attemptShipment(
      {
        sender: withoutCredentials(own ?? sender),
        transformer,
        openRequestSecret: (_tenant: string, sealed: string) => sealed,
        userAgent: 'test',
        hopCounts: HOP_COUNTS,
        compactor: COMPACTOR,
        maxHops: 5,
        leaseMs: 60_000,
        holdsLease: () => true,
        databaseNowMs: Date.now,
        getEndpoint: () => known,
        onDefect: neverBroken,
      },
      shipmentOf([
        makeDelivery({
          receivedAt: new Date().toISOString(),
          leaseUntilMs: performance.now() + 60_000,
          ...(payload ? { payload } : {}),
        }),
      ]),
    );
    return { outcome: settled?.outcome as Outcome, contacts: running.contacts?.() };
  } finally {
    await own?.close();
    await running.close();
  }
}

describe.concurrent('each behaviour of a receiver has an error code, a condition for the lane, and a next attempt', () => {
  test.for(behaviours)('$name', async (behaviour) => {
    const { code, status, end, next, disables = false, check } = behaviour;
    const { outcome, contacts } = await attempt(behaviour);
    expect(outcome.attempt).toBeDefined();
    const made = outcome.attempt as NonNullable<Outcome['attempt']>;
    expect({ code: outcome.errorCode, status: made.responseCode }).toEqual({ code, status });
    expect(made.errorCode).toBe(code);
    if (end) expect(made.responseEnd).toBe(end);
    expect(signalOf(outcome).condition).toBe(
      behaviour.signal ?? (code ? ATTEMPT_ERRORS[code].condition : 'good'),
    );
    expect(outcome.disableReason !== undefined).toBe(disables);
    if (code === undefined) expect(outcome.status).toBe('success');
    else if (next === null) expect(outcome).toMatchObject({ status: 'failed', delayMs: undefined });
    else {
      expect(outcome.status).toBe('retrying');
      const seconds = (outcome.delayMs ?? 0) / 1_000;
      expect(seconds).toBeGreaterThanOrEqual(next === undefined ? 54 : next - 2);
      expect(seconds).toBeLessThanOrEqual(next === undefined ? 66 : next + 2);
    }
    if (contacts !== undefined) expect(contacts).toBe(behaviour.contacts ?? 1);
    // What is worth a look is kept of what failed.
    expect(made.requestHeaders === undefined).toBe(code === undefined);
    check?.(made);
  });
});

test('every error code of an attempt is in the table above', () => {
  const elsewhere: AttemptErrorCode[] = [
    // attempt-delivery.test.ts, send-request.test.ts and classify-outcome.test.ts
    'endpoint_deleted',
    'deadline_exceeded',
    'client_certificate_invalid',
    'client_certificate_refused',
    'invalid_request',
    // requests-as-they-came.test.ts
    'request_unreadable',
    'network_error',
    'unreachable',
    // client-credentials.test.ts and endpoint-auth.test.ts
    'auth_failed',
    'transformation_failed',
    'transformation_timeout',
    'transformation_suspended',
    // broken-steps.test.ts and ends-process.test.ts
    'internal_error',
    'attempts_lost',
    // loops.test.ts
    'loop_detected',
  ];
  const seen = new Set([...behaviours.map(({ code }) => code), ...elsewhere].filter((code) => code));
  expect([...seen].sort()).toEqual(Object.keys(ATTEMPT_ERRORS).sort());
});

test('the recorded headers of a failed request show no secret', async () => {
  const { outcome } = await attempt({
    name: '',
    start: answering({ status: 500 }),
    endpoint: { headers: { authorization: 'Bearer abc', 'x-shop': 'seven' } },
  });
  const headers = outcome.attempt?.requestHeaders ?? {};
  expect(headers).toMatchObject({
    authorization: '[redacted]',
    'x-shop': '[redacted]',
    accept: '*/*',
    'content-type': 'application/json',
    'webhook-id': 'evt_01JZZZZZZZZZZZZZZZZZZZZZZZ',
  });
  expect(headers['webhook-signature']).toMatch(/^v1,.{9}…$/);
  expect(headers['x-webhook-signature']).toMatch(/^.{12}…$/);
});

test('a thousand endless or highly compressed bodies take no memory', async () => {
  const endless = await startRawServer((socket) => writeForEver(socket, head('200 OK')));
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const bombs = await startReceiver({
    respond: () => ({ status: 500, headers: { 'content-encoding': 'gzip' }, body: bomb }),
  });
  const known = makeEndpoint({ timeoutMs: 10_000 });
  const sendOne = async (url: string) => {
    const [settled] = await attemptShipment(
      {
        sender: withoutCredentials(sender),
        transformer,
        openRequestSecret: (_tenant: string, sealed: string) => sealed,
        userAgent: 'test',
        hopCounts: HOP_COUNTS,
        compactor: COMPACTOR,
        maxHops: 5,
        leaseMs: 60_000,
        holdsLease: () => true,
        databaseNowMs: Date.now,
        getEndpoint: () => ({ ...known, url: new URL(url) }),
        onDefect: neverBroken,
      },
      shipmentOf([makeDelivery({ leaseUntilMs: performance.now() + 60_000 })]),
    );
    const outcome = settled?.outcome as Outcome;
    expect(outcome.attempt?.responseBody).toHaveLength(16_384);
    expect(outcome.attempt?.responseEnd).toBe('cut');
  };
  const round = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => sendOne(n % 2 ? endless.url : bombs.url)));
  await round(50);
  const before = process.memoryUsage.rss();
  let highest = before;
  for (let rounds = 0; rounds < 20; rounds++) {
    await round(50);
    highest = Math.max(highest, process.memoryUsage.rss());
  }
  // Read to their end, the bombs alone would be 25 GB.
  expect(highest - before).toBeLessThan(200 * 1024 * 1024);
  await Promise.all([endless.close(), bombs.close()]);
});
