import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { deliveryId } from '@hookline/contracts';
import {
  type Certificate,
  createCertificateAuthority,
  type ReceivedRequest,
  type Receiver,
  type ReceiverOptions,
} from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica, waitForDelivery } from '../harness.ts';
import { receive } from '../support/receive.ts';

let harness: Harness;
let replica: Replica;

beforeAll(async () => {
  harness = await createHarness();
  replica = await harness.startReplica();
});
afterAll(() => harness.stop());

const first = (receiver: Receiver) => receiver.requests[0] as ReceivedRequest;

/** Answers like a token endpoint: token-1, token-2 … */
const issueTokens: ReceiverOptions = {
  respond: (_, n) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ access_token: `token-${n}`, token_type: 'bearer', expires_in: 3600 }),
  }),
};
const clientCredentials = (tokenServer: Receiver, clientSecret: string) => ({
  type: 'oauth2_client_credentials',
  tokenUrl: `${tokenServer.url}token`,
  clientId: 'shop',
  clientSecret,
});

describe('a request carries the credentials that its endpoint asks for', () => {
  test.for([
    [{ type: 'basic', username: 'shöp', password: 'a:b' }, { authorization: 'Basic c2jDtnA6YTpi' }],
    [{ type: 'bearer', token: 'abc.def-~+/=' }, { authorization: 'Bearer abc.def-~+/=' }],
    [{ type: 'api_key', header: 'X-Api-Key', key: 'k 1' }, { 'x-api-key': 'k 1' }],
    [{ type: 'api_key', header: 'Authorization', key: 'ApiKey k1' }, { authorization: 'ApiKey k1' }],
  ] as const)('%j', async ([auth, headers]) => {
    const receiver = await receive();
    const tenant = newTenant();
    await replica.createEndpoint(tenant, receiver.url, { auth, headers: { 'x-own': '1' } });
    await harness.publish({ tenant });
    await receiver.waitFor(1);
    expect(first(receiver).headers).toMatchObject({ ...headers, 'x-own': '1' });
  });
});

test('one token serves all deliveries of an endpoint, and no attempt or answer shows a secret', async () => {
  const [receiver, tokenServer] = [await receive(), await receive(issueTokens)];
  const tenant = newTenant();
  const secret = `hidden-${tenant.replace(' ', '')}`;
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    auth: clientCredentials(tokenServer, secret),
  });
  const events = await Promise.all(Array.from({ length: 20 }, () => harness.publish({ tenant })));
  await receiver.waitFor(20);
  expect(new Set(receiver.requests.map(({ headers }) => headers.authorization))).toEqual(
    new Set(['Bearer token-1']),
  );
  expect(tokenServer.requests).toHaveLength(1);
  await harness.expectSettledEvent(events[0] as string);
  const shown = await Promise.all(
    [`/api/webhooks/${id}`, '/api/webhooks', `/api/deliveries/${deliveryId(events[0] as string, id)}`].map(
      async (path) => (await replica.call('GET', path, { as: tenant })).text,
    ),
  );
  for (const text of shown) expect(text).not.toMatch(new RegExp(`${secret}|token-1`));
});

test('a token that the endpoint refuses is replaced at the retry', async () => {
  const tokenServer = await receive(issueTokens);
  const receiver = await receive({
    respond: ({ headers }) => ({ status: headers.authorization === 'Bearer token-2' ? 200 : 401 }),
  });
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    auth: clientCredentials(tokenServer, 'of-the-test'),
  });
  const eventId = await harness.publish({ tenant });
  const delivery = await waitForDelivery(replica, deliveryId(eventId, id), ['success']);
  expect(delivery).toMatchObject({ attempts: 2 });
  expect(tokenServer.requests).toHaveLength(2);
});

test('without a token nothing is sent: the attempt fails with the answer of the token endpoint, and is retried', async () => {
  const receiver = await receive();
  let refuse = true;
  const tokenServer = await receive({
    respond: (request, n) =>
      refuse
        ? {
            status: 401,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ error: 'invalid_client', error_description: 'unknown client' }),
          }
        : (issueTokens.respond?.(request, n) ?? {}),
  });
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, receiver.url, {
    auth: clientCredentials(tokenServer, 'of-the-test'),
    retrySchedule: [1, 6],
  });
  const eventId = await harness.publish({ tenant });
  const failed = await waitForDelivery(replica, deliveryId(eventId, id), ['retrying']);
  expect(failed).toMatchObject({
    responseCode: null,
    errorCode: 'auth_failed',
    errorMessage:
      'The token endpoint answered 401, invalid_client: unknown client. If id and secret are right, the token endpoint may want them in the body: set auth.clientAuthentication to "body"',
    attemptLog: [{ attempt: 1, outcome: 'retry', responseCode: null, errorCode: 'auth_failed' }],
  });
  expect(receiver.requests).toEqual([]);
  refuse = false;
  await waitForDelivery(replica, deliveryId(eventId, id), ['success'], 15_000);
  expect(receiver.requests).toHaveLength(1);
});

test('a token endpoint that hangs delays an attempt until its deadline and no longer', async () => {
  const tokenServer = await receive({ respond: () => ({ hang: true }) });
  const tenant = newTenant();
  const { id } = await replica.createEndpoint(tenant, 'http://127.0.0.1:1/', {
    auth: clientCredentials(tokenServer, 'of-the-test'),
    timeoutSeconds: 1,
    retrySchedule: [],
  });
  const eventId = await harness.publish({ tenant });
  const failed = await waitForDelivery(replica, deliveryId(eventId, id), ['failed']);
  expect(failed.errorCode).toBe('auth_failed');
  expect(failed.attemptLog[0].durationMs).toBeGreaterThan(950);
  expect(failed.attemptLog[0].durationMs).toBeLessThan(4_000);
});

test('a client certificate is sent to a receiver that asks for one, and the configured authority is trusted', async () => {
  const authority = await createCertificateAuthority();
  const [server, client] = [await authority.issue(), await authority.issue({ hosts: ['sender.hookline'] })];
  const seen: string[] = [];
  const receiver = createServer(
    { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      seen.push((request.socket as TLSSocket).getPeerCertificate().subject.CN as string);
      request.resume().on('end', () => response.end());
    },
  );
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const url = `https://localhost:${(receiver.address() as AddressInfo).port}/`;
  const mtls = (certificate: Certificate, caCertificate = authority.cert) => ({
    auth: {
      type: 'mtls',
      certificate: certificate.cert,
      privateKey: certificate.key,
      caCertificate,
    },
    retrySchedule: [],
  });
  const stranger = await createCertificateAuthority();
  const tenant = newTenant();
  const right = await replica.createEndpoint(tenant, url, mtls(client));
  const unknown = await replica.createEndpoint(tenant, url, mtls(await stranger.issue()));
  const distrustful = await replica.createEndpoint(tenant, url, mtls(client, stranger.cert));
  const eventId = await harness.publish({ tenant });
  const outcomeOf = async ({ id }: { id: string }) =>
    (await waitForDelivery(replica, deliveryId(eventId, id), ['success', 'failed'])).errorCode as
      | string
      | null;
  expect(await outcomeOf(right)).toBeNull();
  expect(await outcomeOf(unknown)).toMatch(/^(client_certificate_refused|connection_reset)$/);
  expect(await outcomeOf(distrustful)).toBe('certificate_untrusted');
  expect(seen).toEqual(['sender.hookline']);
});
