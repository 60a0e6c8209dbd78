import { createHmac } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { internalHeaders } from '@hookline/service';
import { expect, test } from 'vitest';
import { createHarness, pathOf, TOKEN, waitForRejections } from './harness.ts';
import { postRaw } from './send-raw.ts';
import { signGithub, signSlack } from './sign.ts';

const secret = 's';
const environmentSecrets = new Map([
  ['github', { secrets: [secret], verifyTokens: [] }],
  ['slack', { secrets: [secret], verifyTokens: [] }],
]);
const PATH = '/api/webhooks/github/acme';
const BODY = '{"action":"opened","n":9007199254740993}';

async function start() {
  const harness = await createHarness({ environmentSecrets });
  const replica = await harness.startReplica();
  const payloads = async () =>
    (await harness.readEvents()).map(({ payload }) => Buffer.from(payload as Uint8Array).toString());
  return { ...harness, replica, payloads };
}

const ODD_TYPES = [
  'application/json,application/json',
  '',
  'json',
  '"application/json"',
  'application/json/x',
  'text/plain',
  'application/vnd.acme+json',
  ';',
];

test('a signed body becomes an event with every Content-Type', async () => {
  const { replica, payloads } = await start();
  for (const type of ODD_TYPES) {
    const { headers, body } = signGithub({ secret, body: BODY });
    const answer = await postRaw(replica, PATH, { body, headers: { ...headers, 'content-type': type } });
    expect([type, answer.slice(0, 12)]).toEqual([type, 'HTTP/1.1 200']);
  }
  expect(await payloads()).toEqual(ODD_TYPES.map(() => BODY));
});

test('a Content-Encoding that names no coding is ignored', async () => {
  const { replica, payloads } = await start();
  const encodings = ['UTF-8', 'none', 'identity, identity', '', 'identity', '"utf8"', 'foo'];
  for (const encoding of encodings) {
    const { headers, body } = signGithub({ secret, body: BODY });
    const answer = await postRaw(replica, PATH, {
      body,
      headers: { ...headers, 'content-encoding': encoding },
    });
    expect([encoding, answer.slice(0, 12)]).toEqual([encoding, 'HTTP/1.1 200']);
  }
  expect(await payloads()).toEqual(encodings.map(() => BODY));
});

const CODINGS: [string, (bytes: Buffer) => Buffer][] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['gzip, identity', gzipSync],
  ['deflate, gzip', (bytes) => gzipSync(deflateSync(bytes))],
  // A proxy has decompressed the body and kept the header.
  ['gzip', (bytes) => bytes],
];

test('a compressed body becomes an event, whether its sender signs the plain bytes or the compressed bytes', async () => {
  const { replica, payloads } = await start();
  for (const [encoding, encode] of CODINGS) {
    const compressed = encode(Buffer.from(BODY));
    for (const signed of [Buffer.from(BODY), compressed]) {
      const { headers } = signGithub({ secret, body: signed });
      const answer = await replica.deliver(PATH, {
        body: compressed,
        headers: { ...headers, 'content-encoding': encoding },
      });
      expect([encoding, answer.status]).toEqual([encoding, 200]);
    }
  }
  expect(await payloads()).toEqual(CODINGS.flatMap(() => [BODY, BODY]));
});

test('a compressed body above 512 KiB is decompressed before it goes to a thread', async () => {
  const { replica, payloads } = await start();
  const body = Buffer.from(
    JSON.stringify({ text: Array.from({ length: 90_000 }, (_, index) => index).join(' ') }),
  );
  const { headers } = signGithub({ secret, body });
  const request = { body: gzipSync(body), headers: { ...headers, 'content-encoding': 'gzip' } };
  expect((await replica.deliver(PATH, request)).status).toBe(200);
  expect(await payloads()).toEqual([body.toString()]);
});

test('a body under a Content-Encoding that nobody knows is refused only if it cannot be read as it is, and the answer names the encoding', async () => {
  const { replica, payloads } = await start();
  for (const [body, status, code] of [
    [Buffer.from(BODY), 200, undefined],
    [Buffer.from([0xff, 0xfe, 0x00, 0x7b]), 415, 'unsupported_media_type'],
    [Buffer.from('{"ref":'), 415, 'unsupported_media_type'],
  ] as const) {
    const { headers } = signGithub({ secret, body });
    const answer = await replica.deliver(PATH, { body, headers: { ...headers, 'content-encoding': 'foo' } });
    expect([answer.status, answer.json?.code]).toEqual([status, code]);
  }
  expect(await payloads()).toEqual([BODY]);
  const kept = await waitForRejections(replica, 2);
  for (const { code, cause, reason, hint } of kept) {
    expect([code, cause]).toEqual(['unsupported_media_type', 'body_compressed']);
    expect(reason).toMatch(/^The header Content-Encoding says "foo", which is no known encoding/);
    expect(hint).toContain('Send the body without encoding');
  }
  // Nobody learns this who cannot sign.
  const unsigned = await replica.deliver(PATH, {
    body: Buffer.from('{"ref":'),
    headers: { 'content-encoding': 'foo', 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
  });
  expect(unsigned.status).toBe(401);
});

test('a body that can’t be decompressed or becomes too large is refused, and its rejection has the reason', async () => {
  const { replica, readEvents } = await start();
  const damaged = gzipSync(Buffer.from(BODY)).subarray(0, 20);
  const bomb = gzipSync(Buffer.alloc(4_000_000, 0x20));
  for (const [body, encoding, status, code] of [
    [damaged, 'gzip', 400, 'malformed_body'],
    [bomb, 'gzip', 413, 'payload_too_large'],
    [Buffer.from(BODY), 'compress', 415, 'unsupported_media_type'],
  ] as const) {
    const { headers } = signGithub({ secret, body });
    const answer = await replica.deliver(PATH, {
      body,
      headers: { ...headers, 'content-encoding': encoding },
    });
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  }
  const unsigned = await replica.deliver(PATH, {
    body: damaged,
    headers: { 'content-encoding': 'gzip', 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
  });
  expect(unsigned.status).toBe(401);
  const kept = await waitForRejections(replica, 4);
  expect(kept.map(({ code, cause }) => [code, cause])).toEqual([
    ['invalid_signature', expect.anything()],
    ['unsupported_media_type', 'body_compressed'],
    ['payload_too_large', 'body_too_large'],
    ['malformed_body', 'body_malformed'],
  ]);
  expect(await readEvents()).toEqual([]);
});

test('a byte order mark is signed and then ignored, in JSON and in forms', async () => {
  const { replica, payloads } = await start();
  const form = 'application/x-www-form-urlencoded';
  for (const request of [
    signGithub({ secret, body: `\ufeff${BODY}` }),
    signGithub({ secret, body: `\ufeff${new URLSearchParams({ payload: BODY })}`, contentType: form }),
  ]) {
    expect((await replica.deliver(PATH, request)).status).toBe(200);
  }
  const command = signSlack({ secret, body: '\ufeffcommand=%2Fdeploy&text=100% up', contentType: form });
  expect((await replica.deliver('/api/webhooks/slack/acme', command)).status).toBe(200);
  expect(await payloads()).toEqual([BODY, BODY, '{"command":"/deploy","text":"100% up"}']);
});

test('JSON with the content type of a form is read as JSON, and incomplete JSON is refused with a reason', async () => {
  const { replica, readEvents, payloads } = await start();
  const contentType = 'application/x-www-form-urlencoded';
  const bearer = await replica.createSource({ provider: 'bearer', secret: 'a-token' }, 'acme');
  const headers = { authorization: 'Bearer a-token', 'content-type': contentType };
  const send = (body: string) => replica.deliver(pathOf(bearer), { headers, body: Buffer.from(body) });
  expect((await send('{"type":"lamp.on"}')).status).toBe(200);
  expect((await send(' [{"type":"x"}]\n')).status).toBe(200);
  expect((await replica.deliver(PATH, signGithub({ secret, body: BODY, contentType }))).status).toBe(200);
  const half = await send('{"type":"lamp.on"');
  expect([half.status, half.json.code]).toEqual([400, 'malformed_body']);
  expect(await payloads()).toEqual(['{"type":"lamp.on"}', ' [{"type":"x"}]\n', BODY]);
  expect((await readEvents())[0]?.attributes.type).toBe('bearer.lamp.on');
});

test('unusual forms are accepted: bare percent signs, other charsets, repeated names, files', async () => {
  const { replica, payloads } = await start();
  const source = await replica.createSource(
    { provider: 'hmac', secret: 'a-secret', options: { header: 'X-Signature' } },
    'acme',
  );
  const type = 'application/x-www-form-urlencoded';
  const multipart = [
    '--b\r\nContent-Disposition: form-data; name="type"\r\n\r\ninvoice\r\n',
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nabc\r\n--b--\r\n',
  ].join('');
  for (const [contentType, text] of [
    [type, 'text=CPU at 100% on db1'],
    [type, 'name=caf%E9'],
    [`${type}; charset=ISO-8859-1`, 'name=caf%E9'],
    [type, 'tags=x&tags=y'],
    [type, 'tags[]=x&tags[]=y'],
    ['multipart/form-data; boundary=b', multipart],
  ] as const) {
    const body = Buffer.from(text);
    const signature = createHmac('sha256', 'a-secret').update(body).digest('hex');
    const answer = await replica.deliver(pathOf(source), {
      body,
      headers: { 'content-type': contentType, 'x-signature': signature },
    });
    expect([text, answer.status]).toEqual([text, 200]);
  }
  expect((await payloads()).map((text) => JSON.parse(text))).toEqual([
    { text: 'CPU at 100% on db1' },
    { name: 'caf\ufffd' },
    { name: 'café' },
    { tags: ['x', 'y'] },
    { 'tags[]': ['x', 'y'] },
    {
      type: 'invoice',
      file: {
        name: 'a.txt',
        contentType: 'text/plain',
        size: 3,
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
    },
  ]);
});

test('POST /api/events accepts JSON in every spelling, plain or compressed', async () => {
  const { replica, payloads } = await start();
  const body = Buffer.from('\ufeff{"type":"a.b","userId":"acme","data":{"n":9007199254740993}}');
  const principal = internalHeaders(TOKEN, { role: 'operator', keyId: 'key_o' });
  const publish = (sent: Buffer, headers: Record<string, string>) =>
    postRaw(replica, '/api/events', { body: sent, headers: { ...principal, ...headers } });
  for (const type of [
    'application/json,application/json',
    '',
    'json',
    '"application/json"',
    'application/json/x',
  ]) {
    const answer = await publish(body, { 'content-type': type });
    expect([type, answer.slice(0, 12)]).toEqual([type, 'HTTP/1.1 202']);
  }
  for (const [encoding, sent] of [
    ['gzip', gzipSync(body)],
    ['UTF-8', body],
    ['identity, identity', body],
    ['foo', body],
  ] as const) {
    const answer = await publish(sent, {
      'content-type': 'application/json',
      'content-encoding': encoding,
    });
    expect([encoding, answer.slice(0, 12)]).toEqual([encoding, 'HTTP/1.1 202']);
  }
  expect(new Set(await payloads())).toEqual(new Set(['{"n":9007199254740993}']));
  const unreadable = await publish(Buffer.from('{"type":'), {
    'content-type': 'application/json',
    'content-encoding': 'foo',
  });
  expect(unreadable).toMatch(/^HTTP\/1\.1 415 [\s\S]*The body is encoded with foo/);
  const text = await publish(body, { 'content-type': 'text/plain' });
  expect(text).toMatch(/^HTTP\/1\.1 415 [\s\S]*content-type: application\/json/);
});

test('another method than POST gets a clear 405 and is recorded at its source, and a trailing slash of a path is ignored', async () => {
  const { replica, readEvents } = await start();
  const source = await replica.createSource({ provider: 'shopify', secret: 'a-long-enough-secret' }, 'acme');
  for (const path of [pathOf(source), '/api/webhooks/shopify/acme', '/api/webhooks/shopify/acme/']) {
    const get = await replica.call('GET', path);
    expect([get.status, get.headers.get('allow'), get.json]).toMatchObject([
      405,
      'POST',
      { code: 'method_not_allowed', error: 'Send webhooks to this address with POST, not GET' },
    ]);
    expect((await replica.call('HEAD', path)).status).toBe(405);
  }
  const kept = await waitForRejections(replica, 6, `?sourceId=${source.id}`);
  expect(new Set(kept.map(({ cause }) => cause))).toEqual(new Set(['method_not_allowed']));

  const request = signGithub({ secret, body: BODY });
  expect((await replica.deliver(`${PATH}/`, request)).status).toBe(200);
  const github = await replica.createSource({ provider: 'github', secret }, 'acme');
  expect((await replica.deliver(`${pathOf(github)}/`, signGithub({ secret, body: BODY }))).status).toBe(200);
  expect(await readEvents()).toHaveLength(2);
});

test('a generic source accepts GET and HEAD if its option allows them, with the query as the data', async () => {
  const { replica, readEvents, payloads } = await start();
  const source = await replica.createSource(
    { provider: 'bearer', secret: 'a-token', options: { methods: 'GET, HEAD' } },
    'acme',
  );
  const headers = { authorization: 'Bearer a-token' };
  const path = `${pathOf(source)}?type=lamp.on&room=a&room=b&level=100%25`;
  expect((await replica.call('GET', path, { headers })).status).toBe(200);
  expect((await replica.call('HEAD', `${pathOf(source)}?type=lamp.off`, { headers })).status).toBe(200);
  const post = await replica.deliver(pathOf(source), { headers, body: Buffer.from('{}') });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await payloads()).map((text) => JSON.parse(text))).toEqual([
    { type: 'lamp.on', room: ['a', 'b'], level: '100%' },
    { type: 'lamp.off' },
  ]);
  expect((await readEvents()).map(({ attributes }) => attributes.type)).toEqual([
    'bearer.lamp.on',
    'bearer.lamp.off',
  ]);
});

test('a GET is verified only by a signature that covers its query', async () => {
  const { replica, readEvents } = await start();
  const hmacOf = (text: string) => createHmac('sha256', 'a-secret').update(text).digest('hex');
  const create = (options: Record<string, string>) =>
    replica.createSource(
      { provider: 'hmac', secret: 'a-secret', options: { header: 'X-Sig', ...options } },
      'acme',
    );
  const open = await create({ methods: 'GET' });
  const closed = await create({ methods: 'GET', template: '{method}{url}{body}' });
  const overBody = await replica.call('GET', `${pathOf(open)}?a=1`, { headers: { 'x-sig': hmacOf('') } });
  expect(overBody.status).toBe(401);
  const url = `${closed.url}?a=1`;
  const path = `${pathOf(closed)}?a=1`;
  expect((await replica.call('GET', path, { headers: { 'x-sig': hmacOf(`GET${url}`) } })).status).toBe(200);
  expect((await replica.call('GET', `${path}2`, { headers: { 'x-sig': hmacOf(`GET${url}`) } })).status).toBe(
    401,
  );
  expect(await readEvents()).toHaveLength(1);
});
