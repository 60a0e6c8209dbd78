import { type Certificate, type CertificateAuthority, createCertificateAuthority } from '@hookline/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';

let harness: Harness;
/** As in production: no endpoints on private addresses. */
let strict: Replica;

beforeAll(async () => {
  harness = await createHarness();
  strict = await harness.startReplica({ outbound: { allowPrivate: false } });
});
afterAll(() => harness.stop());

describe('credentials that cannot work are refused when they are saved', () => {
  const basic = { type: 'basic', username: 'a', password: 'b' };
  const oauth = {
    type: 'oauth2_client_credentials',
    tokenUrl: 'https://login.hookline.dev/token',
    clientId: 'a',
    clientSecret: 'b',
  };
  const create = (body: object) =>
    strict.call('POST', '/api/webhooks', {
      as: newTenant(),
      body: { name: 'x', url: 'https://hooks.hookline.dev/in', events: ['*'], ...body },
    });

  test.for<[string, object, RegExp]>([
    ['a colon in the name', { auth: { ...basic, username: 'a:b' } }, /^body\/auth\/username/],
    ['a line break in the password', { auth: { ...basic, password: 'a\nb' } }, /^body\/auth\/password/],
    ['a token with a line break', { auth: { type: 'bearer', token: 'a\r\nb' } }, /^body\/auth\/token/],
    [
      'a key that a header cannot hold',
      { auth: { type: 'api_key', header: 'X-K', key: 'a\nb' } },
      /^body\/auth\/key/,
    ],
    [
      'a key in a header of Hookline',
      { auth: { type: 'api_key', header: 'Webhook-Id', key: 'a' } },
      /^body\/auth\/header/,
    ],
    ['a secret beyond ASCII', { auth: { ...oauth, clientSecret: 'ä' } }, /^body\/auth\/clientSecret/],
    [
      'a token URL that is no URL',
      { auth: { ...oauth, tokenUrl: 'login' } },
      /^body\/auth\/tokenUrl must be a URL/,
    ],
    [
      'a token URL without TLS',
      { auth: { ...oauth, tokenUrl: 'http://login.hookline.dev/' } },
      /must be an https URL/,
    ],
    [
      'credentials and a header that both set Authorization',
      { auth: basic, headers: { AUTHORIZATION: 'x' } },
      /body\/auth and body\/headers both set the header authorization/,
    ],
    [
      'credentials and a header that both set a key',
      { auth: { type: 'api_key', header: 'X-Key', key: 'a' }, headers: { 'x-key': 'b' } },
      /both set the header X-Key/,
    ],
  ])('%s', async ([, body, message]) => {
    const answer = await create(body);
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect(answer.json.error).toMatch(message);
  });

  test('a token URL at a private address is refused', async () => {
    const answer = await create({ auth: { ...oauth, tokenUrl: 'http://169.254.169.254/token' } });
    expect(answer).toMatchObject({ status: 422, json: { code: 'endpoint_url_not_allowed' } });
  });

  test('headers that contradict stored credentials are refused, and credentials that contradict stored headers as well', async () => {
    const tenant = newTenant();
    const { id } = await strict.createEndpoint(tenant, 'https://hooks.hookline.dev/in', { auth: basic });
    const change = (body: object) => strict.call('PUT', `/api/webhooks/${id}`, { as: tenant, body });
    expect((await change({ headers: { Authorization: 'x' } })).json.error).toContain('both set');
    expect((await change({ auth: null, headers: { Authorization: 'x' } })).status).toBe(200);
    expect((await change({ auth: basic })).json.error).toContain('both set');
  });
});

describe('stored secrets stay at the origin that they were given for', () => {
  const elsewhere = 'https://other.hookline.dev/in';
  const oauth = {
    type: 'oauth2_client_credentials',
    tokenUrl: 'https://login.hookline.dev/token',
    clientId: 'a',
    clientSecret: 'b',
  };
  const again = (path: string) => ({ path, message: 'must be given again, or be removed' });

  async function start(settings: Record<string, unknown>) {
    const tenant = newTenant();
    const { id } = await strict.createEndpoint(tenant, 'https://hooks.hookline.dev/in', settings);
    return (body: object) => strict.call('PATCH', `/api/webhooks/${id}`, { as: tenant, body });
  }

  test.for<[string, Record<string, unknown>, object, object[]]>([
    [
      'a secret header',
      { headers: { 'X-Secret-Token': 'a', 'x-plain': 'b' } },
      { url: elsewhere },
      [again('body/headers/X-Secret-Token')],
    ],
    [
      'a header and a password that are sent back as they are shown',
      { headers: { 'x-api-key': 'a' }, auth: { type: 'basic', username: 'u', password: 'p' } },
      {
        url: elsewhere,
        headers: { 'x-api-key': '[redacted]' },
        auth: { type: 'basic', username: 'v', password: '[redacted]' },
      },
      [again('body/headers/x-api-key'), again('body/auth/password')],
    ],
    [
      'a token at another port of the same host',
      { auth: { type: 'bearer', token: 't' } },
      { url: 'https://hooks.hookline.dev:8443/in' },
      [again('body/auth/token')],
    ],
    [
      'the client secret, when its token URL leads elsewhere',
      { auth: oauth },
      { auth: { type: oauth.type, tokenUrl: 'https://evil.hookline.dev/token' } },
      [again('body/auth/clientSecret')],
    ],
    [
      'the requests of a provider',
      { format: 'request' },
      { url: elsewhere },
      [{ path: 'body/format', message: expect.stringContaining('must be given again') }],
    ],
  ])('%s has to be given again', async ([, settings, body, details]) => {
    const change = await start(settings);
    const refused = await change(body);
    expect([refused.status, refused.json.code, refused.json.details]).toEqual([
      422,
      'credentials_required',
      details,
    ]);
  });

  test.for<[string, Record<string, unknown>, object]>([
    ['another path of the same origin', { auth: oauth }, { url: 'https://hooks.hookline.dev/other' }],
    [
      'secrets that are given again',
      { headers: { 'x-api-key': 'a' }, auth: { type: 'bearer', token: 't' } },
      { url: elsewhere, headers: { 'x-api-key': 'b' }, auth: { type: 'bearer', token: 't' } },
    ],
    [
      'secrets that are removed',
      { headers: { 'x-api-key': 'a' }, auth: { type: 'bearer', token: 't' } },
      { url: elsewhere, headers: { 'x-api-key': null }, auth: null },
    ],
    ['a plain header', { headers: { 'x-plain': 'a' } }, { url: elsewhere }],
    ['the same format', { format: 'request' }, { url: elsewhere, format: 'request' }],
    [
      'a token URL on the same origin',
      { auth: oauth },
      { auth: { type: oauth.type, tokenUrl: 'https://login.hookline.dev/v2/token' } },
    ],
  ])('%s: the change is accepted', async ([, settings, body]) => {
    const change = await start(settings);
    expect((await change(body)).status).toBe(200);
  });
});

describe('a client certificate is checked when it is saved', () => {
  const day = 86_400_000;
  const at = (days: number) => new Date(Date.now() + days * day);
  let authority: CertificateAuthority;
  beforeAll(async () => {
    authority = await createCertificateAuthority();
  });
  const create = (certificate: Certificate, more: object = {}, url?: string) =>
    strict.call('POST', '/api/webhooks', {
      as: newTenant(),
      body: {
        name: 'x',
        url: url ?? 'https://hooks.hookline.dev/in',
        events: ['*'],
        auth: { type: 'mtls', certificate: certificate.cert, privateKey: certificate.key, ...more },
      },
    });
  const refusal = (message: RegExp) => ({
    status: 400,
    json: { code: 'invalid_request', error: expect.stringMatching(message) },
  });

  test('a valid client certificate is stored, and its key is redacted', async () => {
    const certificate = await authority.issue();
    const chain = { ...certificate, cert: `${certificate.cert}\n${authority.cert}` };
    const answer = await create(chain, { caCertificate: authority.cert });
    expect(answer.status).toBe(201);
    expect(answer.json.data.auth).toEqual({
      type: 'mtls',
      certificate: chain.cert,
      privateKey: '[redacted]',
      caCertificate: authority.cert,
    });
  });

  test('the error names the problem of an invalid client certificate', async () => {
    const [one, other] = [await authority.issue(), await authority.issue()];
    const past = await authority.issue({ notBefore: at(-10), notAfter: at(-1) });
    const future = await authority.issue({ notBefore: at(1), notAfter: at(10) });
    expect(await create(past)).toMatchObject(
      refusal(/^body\/auth\/certificate must be valid: it expired on 20/),
    );
    expect(await create(future)).toMatchObject(
      refusal(/^body\/auth\/certificate must be valid: it is not valid before 20/),
    );
    expect(await create({ ...one, key: other.key })).toMatchObject(
      refusal(/^body\/auth\/privateKey must be the key of the certificate/),
    );
    expect(await create({ ...one, key: 'nonsense' })).toMatchObject(
      refusal(/^body\/auth\/privateKey must be a private key in PEM/),
    );
    expect(await create({ ...one, cert: 'nonsense' })).toMatchObject(
      refusal(/^body\/auth\/certificate must be a certificate in PEM/),
    );
    expect(await create({ ...one, cert: one.cert.replace(/\n.{10}/, '\n') })).toMatchObject(
      refusal(/^body\/auth\/certificate must have only complete certificates/),
    );
    expect(await create(one, { caCertificate: 'nonsense' })).toMatchObject(
      refusal(/^body\/auth\/caCertificate must be a certificate in PEM/),
    );
    expect(await create(one, {}, 'http://hooks.hookline.dev/')).toMatchObject(
      refusal(/unless body\/url is an https URL/),
    );
  });
});
