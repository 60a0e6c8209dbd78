import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createHarness, waitForRejections } from './harness.ts';
import { sendRaw } from './send-raw.ts';
import { signGithub } from './sign.ts';

const secret = 's';
const environmentSecrets = new Map([['github', { secrets: [secret], verifyTokens: [] }]]);
const PATH = '/api/webhooks/github/acme';

test('a body over the limit is refused before it is read, and a body at the limit is accepted', async () => {
  const maxBodyBytes = 20_000;
  const { startReplica, readEvents } = await createHarness({ environmentSecrets, maxBodyBytes });
  const replica = await startReplica();
  const bodyOf = (length: number) => `{"pad":"${'x'.repeat(length - 10)}"}`;
  expect((await replica.deliver(PATH, signGithub({ secret, body: bodyOf(maxBodyBytes) }))).status).toBe(200);
  const answer = await replica.deliver(PATH, signGithub({ secret, body: bodyOf(maxBodyBytes + 1) }));
  expect([answer.status, answer.json.code]).toEqual([413, 'payload_too_large']);
  const early = await sendRaw(
    replica,
    `POST ${PATH} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`,
  );
  expect(early).toMatch(/^HTTP\/1\.1 413 /);
  const chunk = 'x'.repeat(30_000);
  const chunked = await sendRaw(
    replica,
    `POST ${PATH} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`,
  );
  expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
  expect(await readEvents()).toHaveLength(1);
  const kept = await waitForRejections(replica, 3);
  expect(new Set(kept.map(({ code }) => code))).toEqual(new Set(['payload_too_large']));
});

test('a request with two Host headers or two signature headers is refused', async () => {
  const { startReplica, readEvents } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const { headers, body } = signGithub({ secret, body: '{"n":1}' });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const send = (...more: string[]) =>
    sendRaw(
      replica,
      [
        `POST ${PATH} HTTP/1.1`,
        'Host: a',
        ...lines,
        ...more,
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
  expect(await send('Host: b')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await send('host: a')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await send(`x-hub-signature-256: ${headers['x-hub-signature-256']}`)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await readEvents()).toEqual([]);
  expect(await send()).toMatch(/^HTTP\/1\.1 200 /);
  const kept = await waitForRejections(replica, 3);
  expect(new Set(kept.map(({ code }) => code))).toEqual(new Set(['duplicate_header']));
});

test('all bodies together have a limit, a body beyond it gets 503, and a finished or aborted request frees its bytes', async () => {
  const { startReplica } = await createHarness({
    environmentSecrets,
    maxBodyBytes: 100_000,
    maxInFlightBytes: 150_000,
  });
  const replica = await startReplica();
  const inFlight = async () =>
    Number(
      /hookline_ingest_in_flight_bytes\{[^}]*\} (\d+)/.exec(
        (await replica.call('GET', '/metrics')).text,
      )?.[1],
    );
  const { hostname, port } = new URL(replica.url);
  const slow = connect(Number(port), hostname);
  slow.on('error', () => {});
  slow.write(
    `POST ${PATH} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`,
  );
  await until(async () => (await inFlight()) === 100_000);

  const body = `{"pad":"${'x'.repeat(60_000)}"}`;
  const refused = await replica.deliver(PATH, signGithub({ secret, body }));
  expect([refused.status, refused.json.code]).toEqual([503, 'overloaded']);
  expect(refused.headers.get('retry-after')).toBe('5');
  // A small body is still accepted.
  expect((await replica.deliver(PATH, signGithub({ secret, body: '{"n":1}' }))).status).toBe(200);

  slow.destroy();
  await once(slow, 'close');
  await until(async () => (await inFlight()) === 0);
  expect((await replica.deliver(PATH, signGithub({ secret, body }))).status).toBe(200);
  await until(async () => (await inFlight()) === 0);
});

test('a tenant id that is not valid has no address', async () => {
  const { startReplica } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  for (const tenant of ['a%00b', 'a%0Ab', 'x'.repeat(201)]) {
    const answer = await replica.deliver(
      `/api/webhooks/github/${tenant}`,
      signGithub({ secret, body: '{"n":1}' }),
    );
    expect([tenant, answer.status, answer.json.code]).toEqual([tenant, 404, 'source_not_found']);
  }
});
