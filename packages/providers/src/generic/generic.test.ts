import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { getProvider, type InboundRequest, type Provider, receiveWebhook } from '../index.ts';

const provider = (id: string) => getProvider(id) as Provider;
const problemsOf = (id: string, options: Record<string, string>) =>
  Object.entries(options).flatMap(([name, value]) => provider(id).options?.[name]?.check?.(value) ?? []);
const rawBody = Buffer.from('{"type":"order.paid","a":1}');
const receive = (
  id: string,
  headers: Record<string, string>,
  options: Record<string, string>,
  changed: Partial<InboundRequest> = {},
  secret = 'a test key',
) =>
  receiveWebhook(provider(id), {
    request: request({
      rawBody,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      ...changed,
    }),
    secrets: [secret],
    options,
  });

describe('hmac', () => {
  const sign = (text: string | Buffer, key: string | Buffer = 'a test key', hash = 'sha256') =>
    createHmac(hash, key).update(text);

  it('covers the body and is in hexadecimal by default', async () => {
    const headers = { 'x-signature': sign(rawBody).digest('hex') };
    const options = { header: 'X-Signature' };
    expect(problemsOf('hmac', options)).toEqual([]);
    expect(await receive('hmac', headers, options)).toMatchObject({ events: [{ type: 'hmac.order.paid' }] });
    expect(await receive('hmac', headers, options, { rawBody: Buffer.from('{}') })).toMatchObject({
      rejection: { code: 'invalid_signature' },
    });
  });

  it('with every option', async () => {
    const key = Buffer.alloc(32, 7);
    const options = {
      header: 'X-Signature',
      algorithm: 'sha512',
      encoding: 'base64',
      prefix: 'v1=',
      separator: ',',
      key: 'hex',
      template: '{header:x-id}.{timestamp}.{body}',
      timestampHeader: 'X-Time',
      timestampUnit: 'ms',
      typeHeader: 'X-Type',
      idHeader: 'X-Id',
    };
    expect(problemsOf('hmac', options)).toEqual([]);
    const ms = NOW_SECONDS * 1000;
    const signature = sign(Buffer.concat([Buffer.from(`id-1.${ms}.`), rawBody]), key, 'sha512').digest(
      'base64',
    );
    const headers = {
      'x-signature': `v0=x,v1=${signature}`,
      'x-time': String(ms),
      'x-type': 'a/b',
      'x-id': 'id-1',
    };
    expect(await receive('hmac', headers, options, {}, key.toString('hex'))).toMatchObject({
      events: [{ type: 'hmac.a.b', deliveryId: 'id-1' }],
    });
    const late = { receivedAtMs: ms + 301_000 };
    expect(await receive('hmac', headers, options, late, key.toString('hex'))).toMatchObject({
      rejection: { code: 'timestamp_out_of_tolerance' },
    });
  });

  it.each([
    ['no header', {}],
    ['another hash', { header: 'x-signature', algorithm: 'md5' }],
    ['a message without the body', { header: 'x-signature', template: 'text' }],
    ['the secret in the message', { header: 'x-signature', template: '{body}{secret}' }],
    ['a timestamp that nobody declared', { header: 'x-signature', template: '{timestamp}{body}' }],
    ['an unknown placeholder', { header: 'x-signature', template: '{body}{x}' }],
  ])('%s is an error of ours, never a reason to accept', async (_name, options) => {
    const headers = { 'x-signature': sign(rawBody).digest('hex') };
    expect(await receive('hmac', headers, options)).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'invalid_option', status: 500 },
    });
  });

  it('options are checked before they are stored', () => {
    expect(provider('hmac').options?.['header']?.required).toBe(true);
    for (const options of [
      { header: 'a b' },
      { algorithm: 'md5' },
      { encoding: 'HEX' },
      { timestampUnit: 'min' },
    ]) {
      expect(problemsOf('hmac', options)).toHaveLength(1);
    }
  });
});

describe('tokens', () => {
  it.each([
    ['bearer', { authorization: 'Bearer a-key' }, {}, 'a-key'],
    ['bearer', { authorization: 'bearer a-key' }, {}, 'a-key'],
    ['basic', { authorization: `Basic ${Buffer.from('u:pä:ss').toString('base64')}` }, {}, 'u:pä:ss'],
    ['api-key', { 'x-api-key': 'a-key' }, {}, 'a-key'],
    ['api-key', { 'x-other': 'a-key' }, { header: 'X-Other' }, 'a-key'],
  ])('%s %j', async (id, headers, options, secret) => {
    expect(await receive(id, headers, options, {}, secret)).toMatchObject({
      events: [{ type: `${id}.order.paid` }],
    });
    expect(await receive(id, headers, options, {}, `${secret}x`)).toMatchObject({
      rejection: { code: 'invalid_signature', status: 401 },
    });
    expect(await receive(id, {}, options, {}, secret)).toMatchObject({
      rejection: { code: 'missing_signature' },
    });
  });

  it.each(['Basic dTpw', 'Bearer', 'Bearer  ', 'a-key', 'Bearer a-key b'])(
    '%j is no bearer token',
    async (authorization) => {
      expect(await receive('bearer', { authorization }, {}, {}, 'a-key')).toMatchObject({
        rejection: { status: 401 },
      });
    },
  );

  it.each(['Basic dTpw=', 'Basic dTpw!', 'Basic dT pw', 'Bearer dTpw'])(
    '%j is not user and password',
    async (authorization) => {
      expect(await receive('basic', { authorization }, {}, {}, 'u:p')).toMatchObject({
        rejection: { status: 401 },
      });
    },
  );

  it('an invalid header name is a configuration error', async () => {
    expect(await receive('api-key', {}, { header: 'a b' })).toMatchObject({
      rejection: { code: 'invalid_option' },
    });
  });

  it('user and password have a colon between them', () => {
    expect(provider('basic').checkSecret('user')).toEqual(expect.any(String));
    expect(provider('basic').checkSecret('user:password')).toBeUndefined();
  });

  it('every item of a batch must have the token, and the batch must not be empty', async () => {
    const notify = (...states: unknown[]) =>
      receive(
        'microsoft-graph',
        {},
        {},
        {
          rawBody: Buffer.from(
            JSON.stringify({ value: states.map((clientState) => ({ clientState, changeType: 'created' })) }),
          ),
        },
      );
    expect(await notify('a test key', 'a test key')).toMatchObject({
      events: [{ type: 'microsoft-graph.created' }, { type: 'microsoft-graph.created' }],
    });
    for (const states of [
      [],
      ['a test key', 'other'],
      ['other', 'a test key'],
      ['a test key', null],
      [['a test key']],
    ]) {
      expect(await notify(...states)).toMatchObject({ kind: 'rejected', rejection: { status: 401 } });
    }
  });
});

describe('allow-list', () => {
  const verify = (addressAllowed?: boolean) =>
    provider('allow-list').verify({
      request: request({ rawBody }),
      secrets: [],
      options: { addressAllowed: 'true' },
      ...(addressAllowed !== undefined && { addressAllowed }),
    });

  it('accepts nothing unless an address was checked, whatever the options say', async () => {
    expect(provider('allow-list').secret).toBe('none');
    expect(await verify(true)).toEqual({ ok: true, secretIndex: -1 });
    for (const addressAllowed of [false, undefined]) {
      expect(await verify(addressAllowed)).toMatchObject({ ok: false, code: 'no_allow_list', status: 500 });
    }
  });
});

it('HubSpot of version 1 signs secret and body alone', async () => {
  const body = '[{"subscriptionType":"contact.creation","portalId":1,"objectId":2}]';
  const secret = Buffer.alloc(32, 1).toString('hex');
  const ask = (signed: string) =>
    receiveWebhook(getProvider('hubspot-legacy') as Provider, {
      request: request({
        rawBody: Buffer.from(body),
        headers: { 'x-hubspot-signature': [createHash('sha256').update(signed).digest('hex')] },
      }),
      secrets: [secret],
    });
  expect(await ask(secret + body)).toMatchObject({ events: [{ type: 'hubspot-legacy.contact.creation' }] });
  expect(await ask(body + secret)).toMatchObject({ rejection: { code: 'invalid_signature' } });
});
