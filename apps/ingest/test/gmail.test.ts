import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, pathOf, waitForRejections } from './harness.ts';

const SUBSCRIPTION = 'projects/acme/subscriptions/mail';
const ACCOUNT = 'push@acme.iam.gserviceaccount.com';
const AUDIENCE = 'https://hooks.example.com/gmail';

/** An issuer of tokens on loopback, in the role of Google for Pub/Sub. */
async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const served = { count: 0 };
  const server = createServer((_request, response) => {
    served.count++;
    response.setHeader('cache-control', 'public, max-age=3600').end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    served,
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`,
    sign: (claims: JWTPayload = {}) =>
      new SignJWT({
        iss: 'https://accounts.google.com',
        aud: AUDIENCE,
        email: ACCOUNT,
        email_verified: true,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
  };
}

function pushOf(historyId: string, token: string) {
  const data = Buffer.from(JSON.stringify({ emailAddress: 'user@example.com', historyId })).toString(
    'base64',
  );
  return {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: Buffer.from(
      JSON.stringify({
        message: { data, messageId: `m-${historyId}`, publishTime: '2026-01-02T03:04:05.678Z' },
        subscription: SUBSCRIPTION,
      }),
    ),
  };
}

test('a push of Gmail is verified with the keys of its issuer, which are fetched once', async () => {
  const issuer = await startIssuer();
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource(
    {
      provider: 'gmail',
      options: {
        audience: AUDIENCE,
        serviceAccountEmail: ACCOUNT,
        subscription: SUBSCRIPTION,
        jwksUrl: issuer.jwksUrl,
      },
    },
    'acme',
  );
  const token = await issuer.sign();
  for (const historyId of ['7', '18446744073709551615']) {
    const answer = await replica.deliver(pathOf(source), pushOf(historyId, token));
    expect([answer.status, answer.text]).toEqual([204, '']);
  }
  expect(await replica.deliver('/api/webhooks/gmail/acme', pushOf('8', token))).toMatchObject({
    status: 204,
  });
  expect(issuer.served.count).toBe(1);

  const refused = await replica.deliver(pathOf(source), pushOf('9', await issuer.sign({ aud: 'other' })));
  expect(refused).toMatchObject({ status: 401, json: { code: 'invalid_signature' } });
  await waitForRejections(replica, 1);

  const events = await readEvents();
  expect(events.map(({ subject }) => subject)).toEqual(Array(3).fill('events.acme.gmail.history'));
});

test('keys are not fetched from a forbidden loopback address, and the answer 503 makes Google retry', async () => {
  const issuer = await startIssuer();
  const { startReplica } = await createHarness();
  const options = { audience: AUDIENCE, serviceAccountEmail: ACCOUNT, subscription: SUBSCRIPTION };
  // The source was saved while loopback was allowed.
  const source = await (await startReplica()).createSource(
    { provider: 'gmail', options: { ...options, jwksUrl: issuer.jwksUrl } },
    'acme',
  );
  const replica = await startReplica({ outbound: { allowPrivate: false } });
  const answer = await replica.deliver(pathOf(source), pushOf('7', await issuer.sign()));
  expect(answer).toMatchObject({ status: 503, json: { code: 'keys_unavailable' } });
  expect(answer.text).not.toContain('127.0.0.1');
  expect(issuer.served.count).toBe(0);
});

test('no answer reveals whether a tenant has a source of Gmail', async () => {
  const issuer = await startIssuer();
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const push = pushOf('7', await issuer.sign());
  // No tenant has a source of Gmail yet.
  expect(await replica.deliver('/api/webhooks/gmail/acme', push)).toMatchObject({
    status: 401,
    json: { code: 'invalid_signature' },
  });
  const options = { audience: 'x', serviceAccountEmail: ACCOUNT, subscription: SUBSCRIPTION };
  await replica.createSource({ provider: 'gmail', options: { ...options, jwksUrl: issuer.jwksUrl } }, 'acme');
  for (const tenant of ['acme', 'nobody']) {
    expect(await replica.deliver(`/api/webhooks/gmail/${tenant}`, push)).toMatchObject({
      status: 401,
      json: { code: 'invalid_signature' },
    });
  }
});
