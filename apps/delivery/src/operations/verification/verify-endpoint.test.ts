import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { DEFAULT_SIGNING, type VerificationCheckName } from '@hookline/contracts';
import { createAddressGuard, createGuardedFetch } from '@hookline/outbound';
import { createSandbox } from '@hookline/sandbox';
import {
  generateSecret,
  generateSigningKeyPair,
  verifyPlainSignature,
  verifyStandardWebhook,
} from '@hookline/signing';
import {
  type Certificate,
  type CertificateAuthority,
  type CertificateRequest,
  createCertificateAuthority,
  type ReceivedRequest,
  type ReceiverAnswer,
  type Respond,
  startReceiver,
} from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { COMPACTOR, HOP_COUNTS, makeEndpoint } from '../../../test/support/make-delivery.ts';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import { createAuthorizedSender } from '../../pipeline/sending/authorized-sender.ts';
import { createClientCredentialsTokens } from '../../pipeline/sending/client-credentials.ts';
import { createSender } from '../../pipeline/sending/send-request.ts';
import { createTransformer } from '../../pipeline/transformations/create-transformer.ts';
import { type VerificationContext, verifyEndpoint } from './verify-endpoint.ts';

const DAY_MS = 86_400_000;
let authority: CertificateAuthority;
beforeAll(async () => {
  authority = await createCertificateAuthority();
});

const closing: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

const sandbox = createSandbox();

function createContext(
  overrides: Partial<VerificationContext> = {},
  allowPrivate = true,
): VerificationContext {
  const guard = createAddressGuard({ allowPrivate });
  const sender = createSender(guard, { certificateAuthorities: authority.cert });
  const fetcher = createGuardedFetch({ guard });
  closing.push(sender.close, fetcher.close);
  return {
    sender: createAuthorizedSender(sender, createClientCredentialsTokens({ fetch: fetcher.fetch })),
    guard,
    transformer: createTransformer(sandbox),
    userAgent: 'Hookline/test',
    hopCounts: HOP_COUNTS,
    compactor: COMPACTOR,
    certificateAuthorities: authority.cert,
    ...overrides,
  };
}

function createEndpoint(url: string, overrides: Partial<CatalogEndpoint> = {}): CatalogEndpoint {
  const { privateKey, publicKey } = generateSigningKeyPair();
  return makeEndpoint({
    url: new URL(url),
    timeoutMs: 5_000,
    signing: { ...DEFAULT_SIGNING, algorithm: 'both' },
    signingKeys: [{ secret: privateKey, publicKey, expiresAtMs: undefined }],
    ...overrides,
  });
}

async function receive(respond: Respond) {
  const receiver = await startReceiver({ respond });
  onTestFinished(() => receiver.close());
  return receiver;
}

/** Runs a verification, and returns its checks by name. */
async function verify(
  endpoint: CatalogEndpoint,
  { requireChallenge = false, context = createContext() } = {},
) {
  const { verified, checks } = await verifyEndpoint(context, endpoint, { requireChallenge });
  const byName = Object.fromEntries(checks.map((check) => [check.name, check])) as Record<
    VerificationCheckName,
    (typeof checks)[number]
  >;
  const passed = Object.fromEntries(checks.map(({ name, passed }) => [name, passed]));
  return { verified, checks: byName, passed };
}

/** The key with which a correct receiver verifies: one of the secrets, or the public keys. */
type Knowledge = { secrets: string } | { publicKeys: string } | { plainSecret: string };

function accepts(request: Pick<ReceivedRequest, 'headers' | 'body'>, knowledge: Knowledge): boolean {
  try {
    if ('plainSecret' in knowledge) verifyPlainSignature({ ...request, secrets: knowledge.plainSecret });
    else verifyStandardWebhook({ ...request, ...knowledge });
    return true;
  } catch {
    return false;
  }
}

const challengeOf = ({ body }: ReceivedRequest) => JSON.parse(body.toString()).data.challenge as string;

function perfect(knowledge: () => Knowledge): Respond {
  return (request) =>
    accepts(request, knowledge()) ? { status: 200, body: challengeOf(request) } : { status: 401 };
}

describe('a receiver that verifies correctly passes every check that applies to it', () => {
  test.for<[string, (endpoint: CatalogEndpoint) => Knowledge]>([
    ['verifies v1', ({ secrets }) => ({ secrets: secrets[0]?.secret ?? '' })],
    ['verifies v1a', ({ signingKeys }) => ({ publicKeys: signingKeys[0]?.publicKey ?? '' })],
    ['verifies the plain HMAC', ({ secrets }) => ({ plainSecret: secrets[0]?.secret ?? '' })],
  ])('%s', async ([, know]) => {
    let knowledge: Knowledge;
    const receiver = await receive(perfect(() => knowledge));
    const endpoint = createEndpoint(receiver.url);
    knowledge = know(endpoint);
    const { verified, passed } = await verify(endpoint, { requireChallenge: true });
    expect(verified).toBe(true);
    expect(passed).toEqual({
      address: true,
      connection: true,
      certificate: null,
      credentials: null,
      signature: true,
      response_time: true,
      challenge: true,
      duplicate: true,
      wrong_signature: true,
      stale_timestamp: true,
      rotation: null,
    });
    expect(receiver.requests).toHaveLength(4);
    const [right, again, wrong, stale] = receiver.requests;
    expect(again?.headers['webhook-id']).toBe(right?.headers['webhook-id']);
    expect(JSON.parse(String(right?.body))).toMatchObject({ type: 'webhook.verify' });
    expect(new Set([right, wrong, stale].map((each) => each?.headers['webhook-id'])).size).toBe(3);
  });
});

test('a challenge may be echoed as text or as JSON, and is needed only if it is required', async () => {
  let answer: (challenge: string) => string = (challenge) => JSON.stringify({ ok: 1, challenge });
  const receiver = await receive((request) => ({ body: answer(challengeOf(request)) }));
  const endpoint = createEndpoint(receiver.url);
  expect((await verify(endpoint, { requireChallenge: true })).verified).toBe(true);
  answer = () => '{"challenge":"another"}';
  const optional = await verify(endpoint);
  expect(optional).toMatchObject({ verified: true, passed: { challenge: null } });
  const required = await verify(endpoint, { requireChallenge: true });
  expect(required).toMatchObject({ verified: false, passed: { signature: true, challenge: false } });
  expect(required.checks.challenge.text).toContain('data.challenge');
});

test('an endpoint with batching gets the challenge in a batch of one event', async () => {
  let knowledge: Knowledge = { secrets: '' };
  const receiver = await receive((request) => {
    if (!accepts(request, knowledge)) return { status: 401 };
    const { type, data } = JSON.parse(request.body.toString());
    if (type !== 'batch' || !Array.isArray(data)) return { status: 400 };
    return { body: data.find((event) => event.type === 'webhook.verify').data.challenge };
  });
  const batching = { maxEvents: 10, windowSeconds: 1 };
  const endpoint = createEndpoint(receiver.url, { batching });
  knowledge = { secrets: endpoint.secrets[0]?.secret ?? '' };
  expect(await verify(endpoint, { requireChallenge: true })).toMatchObject({
    verified: true,
    passed: { challenge: true, duplicate: true, wrong_signature: true, stale_timestamp: true },
  });
  const [right, again] = receiver.requests;
  expect(right?.headers['webhook-id']).toMatch(/^bat_/);
  expect(again?.headers['webhook-id']).toBe(right?.headers['webhook-id']);

  const silent = await receive(() => ({}));
  const told = await verify(createEndpoint(silent.url, { batching }));
  expect(told.checks.challenge.text).toContain('data[0].data.challenge');
});

test('a receiver that accepts every request is verified, and two checks warn its owner', async () => {
  const receiver = await receive(() => ({}));
  const { verified, passed, checks } = await verify(createEndpoint(receiver.url));
  expect(verified).toBe(true);
  expect(passed).toMatchObject({ signature: true, wrong_signature: false, stale_timestamp: false });
  expect(checks.wrong_signature.text).toContain('anybody who knows the address can send it events');
});

test('a check fails if a receiver ignores the timestamp, and a receiver that rejects with 500 is advised to answer 401', async () => {
  let secret = '';
  let status = 401;
  const receiver = await receive((request) => {
    try {
      verifyStandardWebhook({ ...request, secrets: secret, toleranceSeconds: null });
      return { status: 204 };
    } catch {
      return { status };
    }
  });
  const endpoint = createEndpoint(receiver.url);
  secret = endpoint.secrets[0]?.secret ?? '';
  expect((await verify(endpoint)).passed).toMatchObject({ wrong_signature: true, stale_timestamp: false });
  status = 500;
  const { passed, checks } = await verify(endpoint);
  expect(passed.wrong_signature).toBeNull();
  expect(checks.wrong_signature.text).toContain('Answer 401');
});

test('a receiver that refuses repeats is advised to accept them', async () => {
  const seen = new Set<unknown>();
  const receiver = await receive(({ headers }) => {
    const isKnown = seen.has(headers['webhook-id']);
    seen.add(headers['webhook-id']);
    return { status: isKnown ? 409 : 200 };
  });
  const { verified, checks } = await verify(createEndpoint(receiver.url));
  expect(verified).toBe(true);
  expect(checks.duplicate).toMatchObject({ passed: false, details: { status: 409 } });
  expect(checks.duplicate.text).toContain('Answer 2xx to events that you have already handled');
});

test('a receiver that rejects every request gets only one, and its owner is advised what to check', async () => {
  const receiver = await receive(() => ({ status: 401 }));
  const { verified, passed, checks } = await verify(createEndpoint(receiver.url));
  expect(verified).toBe(false);
  expect(passed).toMatchObject({
    connection: true,
    signature: false,
    wrong_signature: null,
    duplicate: null,
  });
  expect(checks.signature.text).toContain('the current secret');
  expect(receiver.requests).toHaveLength(1);
});

test.for<[number, ReceiverAnswer, RegExp]>([
  [301, { status: 301, headers: { location: 'https://example.com/new' } }, /change the URL/],
  [404, { status: 404 }, /Check the path of the URL/],
  [503, { status: 503 }, /Answer 2xx/],
])('a receiver that answers %i to a valid request is not verified', async ([status, answer, text]) => {
  const receiver = await receive(() => answer);
  const { verified, checks } = await verify(createEndpoint(receiver.url));
  expect(verified).toBe(false);
  expect(checks.signature).toMatchObject({ passed: false, details: { status } });
  expect(checks.signature.text).toMatch(text);
  if (status === 301) expect(checks.signature.details.location).toBe('https://example.com/new');
});

test('a slow receiver fails the check of its response time, and a receiver that never answers costs one timeout', async () => {
  const slow = await receive(() => ({ delayMs: 600 }));
  const slowly = await verify(createEndpoint(slow.url, { timeoutMs: 1_000 }));
  expect(slowly.checks.response_time).toMatchObject({ passed: false, details: { timeoutMs: 1_000 } });
  expect(slowly.verified).toBe(true);

  const dead = await receive(() => ({ hang: true }));
  const start = performance.now();
  const never = await verify(createEndpoint(dead.url, { timeoutMs: 300 }));
  expect(performance.now() - start).toBeLessThan(3_000);
  expect(never).toMatchObject({
    verified: false,
    passed: { connection: true, signature: false, response_time: false, duplicate: null },
  });
  expect(dead.requests).toHaveLength(1);
});

test('a verification ends at its deadline, and reports checks for which no time was left as not checked', async () => {
  const receiver = await receive(() => ({ delayMs: 300 }));
  const { verified, checks } = await verify(createEndpoint(receiver.url), {
    context: createContext({ timeoutMs: 800 }),
  });
  expect(verified).toBe(true);
  expect(checks.stale_timestamp).toMatchObject({ passed: null, text: expect.stringContaining('too long') });
  expect(receiver.requests.length).toBeLessThanOrEqual(3);
});

test('a URL without a listening server fails the connection check', async () => {
  const receiver = await startReceiver();
  const { url } = receiver;
  await receiver.close();
  const { verified, passed, checks } = await verify(createEndpoint(url));
  expect(verified).toBe(false);
  expect(passed).toMatchObject({ address: true, connection: false, signature: null });
  expect(checks.connection.text).toContain('firewall');
});

test('an unknown host name and a private address get different texts, which reveal nothing of the internal network', async () => {
  const nowhere = await verify(createEndpoint('http://no-such-host.invalid/'));
  expect(nowhere.passed).toMatchObject({ address: false, connection: null, signature: null });
  expect(nowhere.checks.address.text).toContain('Check the name');

  const receiver = await receive(() => ({}));
  for (const url of [receiver.url, `https://127.0.0.1/`, 'http://169.254.169.254/']) {
    const inside = await verify(createEndpoint(url), { context: createContext({}, false) });
    expect(inside).toMatchObject({ verified: false, passed: { address: false, connection: null } });
    expect(inside.checks.address.text).toBe('The destination is not allowed. Use a public address');
    expect(inside.checks.certificate.passed).toBeNull();
  }
  expect(receiver.requests).toEqual([]);
});

describe('the certificate', () => {
  async function serve(certificate: Certificate, more: { ca?: string; requestCert?: boolean } = {}) {
    const server = createHttpsServer(
      { ...certificate, ...more, rejectUnauthorized: true },
      (request, response) => {
        request.resume().on('end', () => response.end());
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }
  const serveIssued = async (request: CertificateRequest, from = authority) =>
    createEndpoint(`https://localhost:${await serve(await from.issue(request))}/`);

  test('is shown with its chain and its remaining days if it is valid', async () => {
    const endpoint = await serveIssued({ notAfter: new Date(Date.now() + 90.5 * DAY_MS) });
    const { verified, checks } = await verify(endpoint);
    expect(verified).toBe(true);
    expect(checks.certificate).toMatchObject({
      passed: true,
      text: 'The certificate is valid for another 90 days',
      details: { protocol: 'TLSv1.3', subject: 'CN=localhost', daysLeft: 90 },
    });
    expect(checks.certificate.details['chain']).toHaveLength(2);
    expect(checks.connection.details['tlsMs']).toEqual(expect.any(Number));
  });

  test('passes with a warning if it expires soon', async () => {
    const { checks } = await verify(await serveIssued({ notAfter: new Date(Date.now() + 3.5 * DAY_MS) }));
    expect(checks.certificate).toMatchObject({
      passed: true,
      text: expect.stringContaining('expires in 3 days: renew'),
    });
  });

  test.for<[string, () => Promise<CatalogEndpoint>, RegExp]>([
    [
      'has expired',
      () =>
        serveIssued({
          notBefore: new Date(Date.now() - 9 * DAY_MS),
          notAfter: new Date(Date.now() - DAY_MS),
        }),
      /has expired.*Renew it/,
    ],
    [
      'is for another host',
      () => serveIssued({ hosts: ['other.example'] }),
      /for another host.*name in the URL/,
    ],
    [
      'is from an unknown authority',
      async () => serveIssued({}, await createCertificateAuthority()),
      /whole chain/,
    ],
  ])('is shown if it %s, and the endpoint is not verified', async ([, create, text]) => {
    const { verified, passed, checks } = await verify(await create());
    expect(verified).toBe(false);
    expect(passed).toMatchObject({ address: true, connection: false, certificate: false, signature: null });
    expect(checks.certificate.text).toMatch(text);
    expect(checks.certificate.details).toMatchObject({ daysLeft: expect.any(Number), protocol: 'TLSv1.3' });
  });

  test('with mTLS the client certificate is presented, and only the authority in the credentials is trusted', async () => {
    const own = await createCertificateAuthority();
    const [server, client] = [await own.issue(), await own.issue({ hosts: ['hookline'] })];
    const port = await serve(server, { ca: own.cert, requestCert: true });
    const auth = {
      type: 'mtls' as const,
      certificate: client.cert,
      privateKey: client.key,
      caCertificate: own.cert,
    };
    const right = await verify(createEndpoint(`https://localhost:${port}/`, { auth }));
    expect(right).toMatchObject({ verified: true, passed: { certificate: true, credentials: true } });
    const stranger = await authority.issue();
    const wrong = await verify(
      createEndpoint(`https://localhost:${port}/`, {
        auth: { ...auth, certificate: stranger.cert, privateKey: stranger.key },
      }),
    );
    // Node's server closes the connection without an alert that gives the reason.
    expect(wrong).toMatchObject({ verified: false, passed: { certificate: true, credentials: null } });
    expect(wrong.checks.credentials.text).toContain('perhaps it does not accept the client certificate');
  });
});

describe('during a rotation', () => {
  const untilMs = Date.now() + 3_600_000;
  const rotated = (url: string) => {
    const [old, next] = [generateSecret(), generateSecret()];
    const endpoint = createEndpoint(url, {
      signing: DEFAULT_SIGNING,
      secrets: [
        { secret: next, expiresAtMs: undefined },
        { secret: old, expiresAtMs: untilMs },
      ],
    });
    return { endpoint, old, next };
  };

  test('receivers with the old and the new secret are both verified, and only the new secret passes the rotation check', async () => {
    let secret = '';
    const receiver = await receive(perfect(() => ({ secrets: secret })));
    const { endpoint, old, next } = rotated(receiver.url);
    secret = old;
    const before = await verify(endpoint);
    expect(before).toMatchObject({ verified: true, passed: { wrong_signature: true, rotation: false } });
    expect(before.checks.rotation.text).toContain(new Date(untilMs).toISOString());
    secret = next;
    expect(await verify(endpoint)).toMatchObject({ verified: true, passed: { rotation: true } });
    expect(receiver.requests).toHaveLength(10);
  });

  test('the rotation is not checked if the receiver accepts any signature', async () => {
    const receiver = await receive(() => ({}));
    expect((await verify(rotated(receiver.url).endpoint)).passed.rotation).toBeNull();
  });
});

test('if no token can be obtained, no request is sent and the credentials check fails', async () => {
  const receiver = await receive(() => ({}));
  const tokens = await receive(() => ({
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: '{"error":"invalid_scope"}',
  }));
  const { verified, passed, checks } = await verify(
    createEndpoint(receiver.url, {
      auth: {
        type: 'oauth2_client_credentials',
        tokenUrl: tokens.url,
        clientId: 'a',
        clientSecret: 'b',
      },
    }),
  );
  expect(verified).toBe(false);
  expect(passed).toMatchObject({ address: null, connection: null, credentials: false, signature: null });
  expect(checks.credentials.text).toBe('The token endpoint answered 400, invalid_scope');
  expect(receiver.requests).toEqual([]);
});

test('an endpoint with a template is verified with the output of the template', async () => {
  const bodies: string[] = [];
  const receiver = await startReceiver({
    respond: ({ body }) => {
      bodies.push(body.toString('utf8'));
      return { status: 200 };
    },
  });
  onTestFinished(() => receiver.close());
  const endpoint = createEndpoint(receiver.url, { transformation: { template: 'slack' } });
  expect(await verifyEndpoint(createContext(), endpoint, { requireChallenge: false })).toMatchObject({
    verified: true,
  });
  expect(JSON.parse(bodies[0] as string)).toHaveProperty('blocks');
});

test('an endpoint whose transformation fails is not verified, and the checks give the reason', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const transformation = { code: 'function handler() { throw new Error("no such field"); }' };
  const result = await verifyEndpoint(createContext(), createEndpoint(receiver.url, { transformation }), {
    requireChallenge: false,
  });
  expect(result.verified).toBe(false);
  expect(JSON.stringify(result.checks)).toContain('no such field');
  expect(receiver.requests).toHaveLength(0);
});
