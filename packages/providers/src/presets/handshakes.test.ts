import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signerOfPreset } from '../../fixtures/signed-preset.ts';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { getProvider, type InboundRequest, listProviders, type Provider, receiveWebhook } from '../index.ts';

const SECRET = 'a test key';
const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff' };

const ask = (id: string, changed: Partial<InboundRequest>, verifyTokens: readonly string[] = []) =>
  receiveWebhook(getProvider(id) as Provider, {
    request: request(changed),
    secrets: [SECRET],
    verifyTokens,
    options: { public_key: 'pk' },
  });
const get = (id: string, query: string, verifyTokens?: readonly string[]) =>
  ask(id, { method: 'GET', query: new URLSearchParams(query) }, verifyTokens);
const hex = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex');

describe('handshakes without a signature', () => {
  it.each([
    ['dropbox', 'challenge=a-b_c', TEXT, 'a-b_c'],
    ['nylas', 'challenge=%3Cb%3E', TEXT, '<b>'],
    ['onfleet', 'check=1', TEXT, '1'],
    [
      'linkedin',
      'challengeCode=8b3e-1',
      JSON_TYPE,
      JSON.stringify({ challengeCode: '8b3e-1', challengeResponse: hex('8b3e-1') }),
    ],
    ['mailchimp', '', {}, ''],
  ])('%s', async (id, query, headers, body) => {
    expect(await get(id, query)).toEqual({
      kind: 'answered',
      answer: { status: 200, headers, body },
      reason: `${id}_handshake`,
    });
  });

  it.each(['trello', 'mandrill', 'intercom', 'circle'])('%s checks the address', async (id) => {
    expect(await ask(id, { method: 'HEAD' })).toMatchObject({
      kind: 'answered',
      answer: { status: 200, body: '' },
    });
  });

  it('Mandrill checks the address with a POST without events, whatever its signature, and with no other POST', async () => {
    const form = { 'content-type': ['application/x-www-form-urlencoded'] };
    const check = { headers: form, rawBody: Buffer.from('mandrill_events=%5B%5D') };
    expect(await ask('mandrill', check)).toMatchObject({ kind: 'answered', answer: { status: 200 } });
    const events = { headers: form, rawBody: Buffer.from('mandrill_events=%5B%7B%7D%5D') };
    expect(await ask('mandrill', events)).toMatchObject({ rejection: { code: 'missing_signature' } });
  });

  it.each([
    ['microsoft-graph', 'validationToken'],
    ['sharepoint', 'validationtoken'],
  ])('%s by a POST', async (id, name) => {
    const query = new URLSearchParams({ [name]: 'Validation: Testing client' });
    expect(await ask(id, { query })).toMatchObject({
      kind: 'answered',
      answer: { status: 200, headers: TEXT, body: 'Validation: Testing client' },
    });
  });

  it('Exact Online checks the address with an empty POST, and with no other POST', async () => {
    const empty = { rawBody: Buffer.alloc(0), headers: { 'content-length': ['0'] } };
    expect(await ask('exact-online', empty)).toMatchObject({ kind: 'answered', answer: { status: 200 } });
    expect(await ask('exact-online', { headers: { 'content-length': ['2'] } })).toMatchObject({
      rejection: { code: 'missing_signature' },
    });
  });

  it('RingCentral receives its header back, if its value is safe in a header', async () => {
    const rawBody = Buffer.alloc(0);
    expect(await ask('ringcentral', { headers: { 'validation-token': ['a-token'] }, rawBody })).toMatchObject(
      {
        answer: {
          status: 200,
          headers: { 'validation-token': 'a-token', 'content-type': 'application/json; charset=utf-8' },
          body: '',
        },
      },
    );
    for (const values of [['a\r\nset-cookie: b'], ['ü'], ['a', 'b'], ['']]) {
      const reception = await ask('ringcentral', { headers: { 'validation-token': values }, rawBody });
      expect(reception).toMatchObject({ kind: 'rejected' });
    }
  });

  it('RingCentral may send that header with an event, which is still stored', async () => {
    const headers = { 'validation-token': ['a-token'], 'verification-token': [SECRET] };
    const rawBody = Buffer.from('{"uuid":"1","event":"/restapi/v1.0/account/1/presence"}');
    expect(await ask('ringcentral', { headers, rawBody })).toMatchObject({
      kind: 'events',
      events: [{ deliveryId: '1' }],
    });
  });

  it('Scrapfly checks the address without a signature, and signs all other requests', async () => {
    const ping = { 'x-scrapfly-webhook-resource-type': ['ping'] };
    expect(await ask('scrapfly', { headers: ping })).toMatchObject({
      kind: 'answered',
      answer: { status: 200 },
    });
    expect(
      await ask('scrapfly', { headers: { 'x-scrapfly-webhook-resource-type': ['scrape'] } }),
    ).toMatchObject({ kind: 'rejected', rejection: { code: 'missing_signature' } });
  });

  it('Notion signs its verification token with that token: its message never becomes an event', async () => {
    const rawBody = Buffer.from(JSON.stringify({ verification_token: SECRET }));
    const headers = { 'x-notion-signature': [`sha256=${hex(rawBody.toString())}`] };
    expect(await ask('notion', { headers, rawBody })).toMatchObject({ kind: 'answered' });
    expect(await ask('notion', { rawBody })).toMatchObject({ rejection: { code: 'missing_signature' } });
  });

  it('WooCommerce pings with a form, which is not stored', async () => {
    const headers = { 'content-type': ['application/x-www-form-urlencoded'] };
    expect(await ask('woocommerce', { headers, rawBody: Buffer.from('webhook_id=12') })).toMatchObject({
      kind: 'answered',
    });
    expect(await ask('woocommerce', { headers, rawBody: Buffer.from('x=12') })).toMatchObject({
      kind: 'rejected',
    });
  });

  it('no value is returned that is long, has control characters, or occurs twice', async () => {
    for (const query of [`challenge=${'x'.repeat(513)}`, 'challenge=a%0Ab', 'challenge=%E2%80%A8']) {
      expect(await get('dropbox', query)).toMatchObject({
        rejection: { code: 'malformed_handshake', status: 400 },
      });
    }
    for (const query of ['challenge=a&challenge=b', 'challenge=', '']) {
      expect(await get('dropbox', query)).toMatchObject({ rejection: { code: 'method_not_allowed' } });
    }
  });
});

describe('handshakes with a verify token', () => {
  it.each([
    ['oura', 'verification_token=T&challenge=c', { challenge: 'c' }],
    ['strava', 'hub.mode=subscribe&hub.verify_token=T&hub.challenge=c', { 'hub.challenge': 'c' }],
  ])('%s', async (id, query, answer) => {
    expect(await get(id, query, ['other', 'T'])).toMatchObject({
      kind: 'answered',
      answer: { body: JSON.stringify(answer) },
    });
    expect(await get(id, query, ['other'])).toMatchObject({ rejection: { code: 'invalid_verify_token' } });
    expect(await get(id, query, [''])).toMatchObject({ rejection: { code: 'no_verify_token' } });
  });
});

describe('handshakes with a signature', () => {
  it('Okta, by a GET', async () => {
    const headers = { 'x-okta-verification-challenge': ['c'], authorization: [SECRET] };
    expect(await ask('okta', { method: 'GET', headers })).toMatchObject({
      kind: 'answered',
      answer: { body: '{"verification":"c"}' },
    });
    for (const authorization of [['another'], [], [SECRET, SECRET]]) {
      expect(await ask('okta', { method: 'GET', headers: { ...headers, authorization } })).toMatchObject({
        kind: 'rejected',
        rejection: { status: expect.toSatisfy((status) => status === 401 || status === 400) },
      });
    }
  });

  it('Tebex, Front and Twitch', async () => {
    const body = Buffer.from('{"type":"validation.webhook","id":"i","challenge":"c"}');
    const sign = (...pieces: (string | Buffer)[]) => {
      const mac = createHmac('sha256', SECRET);
      for (const piece of pieces) mac.update(piece);
      return mac;
    };
    const bodySha256 = sign(createHash('sha256').update(body).digest('hex')).digest('hex');
    expect(await ask('tebex', { rawBody: body, headers: { 'x-signature': [bodySha256] } })).toMatchObject({
      kind: 'answered',
      answer: { body: '{"id":"i"}' },
    });
    const ms = String(NOW_SECONDS * 1000);
    const front = {
      'x-front-request-timestamp': [ms],
      'x-front-signature': [sign(`${ms}:`, body).digest('base64')],
      'x-front-challenge': ['c'],
    };
    expect(await ask('front', { rawBody: body, headers: front })).toMatchObject({ answer: { body: 'c' } });
    expect(await ask('front', { rawBody: body, headers: { 'x-front-challenge': ['c'] } })).toMatchObject({
      rejection: { code: 'missing_signature' },
    });
    const time = new Date(NOW_SECONDS * 1000).toISOString();
    const twitch = {
      'twitch-eventsub-message-id': ['m'],
      'twitch-eventsub-message-timestamp': [time],
      'twitch-eventsub-message-signature': [`sha256=${sign(`m${time}`, body).digest('hex')}`],
      'twitch-eventsub-message-type': ['webhook_callback_verification'],
    };
    expect(await ask('twitch', { rawBody: body, headers: twitch })).toMatchObject({
      kind: 'answered',
      answer: { headers: TEXT, body: 'c' },
    });
  });

  it('Zoom receives no signature for a request that it did not sign', async () => {
    const rawBody = Buffer.from('{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}');
    expect(await ask('zoom', { rawBody })).toMatchObject({ rejection: { code: 'missing_signature' } });
  });
});

/** An answer that is signed with the key of events must not verify an event. */
describe('a signature for any sender', () => {
  const oracles = listProviders().flatMap(({ preset }) =>
    (preset?.handshakes ?? []).some(({ signs }) => signs !== undefined) && preset !== undefined
      ? [preset]
      : [],
  );

  it('is requested by exactly these five providers', () => {
    expect(oracles.map(({ id }) => id)).toEqual(['braintree', 'linkedin', 'smartcar', 'x', 'zoom']);
  });

  it.each(oracles)('$id: only for a token of one form, which verifies no event', async (preset) => {
    const signs = preset.handshakes?.find((handshake) => handshake.signs !== undefined)?.signs ?? /./;
    for (const message of [
      '{"a":1}',
      '{}',
      '[1]',
      '"a"',
      ' 1',
      'v0:1:{}',
      'hmacsha256={}',
      'a=b',
      'a\n',
      '',
    ]) {
      expect(signs.test(message)).toBe(false);
    }
    const signer = signerOfPreset(preset);
    expect(signs.test(signer.sign().rawBody.toString())).toBe(false);
  });

  it('X: neither a number nor a word that was signed is an event', async () => {
    for (const token of ['123', 'true', 'null', 'abc']) {
      const reception = await get('x', `crc_token=${token}`);
      if (reception.kind !== 'answered') throw new Error('X was not answered.');
      const signature: string = JSON.parse(reception.answer.body).response_token;
      const headers = { 'x-twitter-webhooks-signature': [signature] };
      expect(await ask('x', { rawBody: Buffer.from(token), headers })).toMatchObject({
        rejection: { code: 'invalid_signature' },
      });
    }
    for (const token of ['%7B%22a%22%3A1%7D', 'a%20b', 'x'.repeat(201), '%5B1%5D']) {
      expect(await get('x', `crc_token=${token}`)).toMatchObject({
        rejection: { code: 'malformed_handshake' },
      });
    }
  });

  it('Smartcar: a challenge that was signed is no event', async () => {
    const rawBody = Buffer.from('{"eventType":"VERIFY","data":{"challenge":"123"}}');
    expect(await ask('smartcar', { rawBody })).toMatchObject({
      kind: 'answered',
      answer: { body: JSON.stringify({ challenge: hex('123') }) },
    });
    const forged = { rawBody: Buffer.from('123'), headers: { 'sc-signature': [hex('123')] } };
    expect(await ask('smartcar', forged)).toMatchObject({ rejection: { code: 'invalid_signature' } });
    const other = Buffer.from('{"eventType":"VERIFY","data":{"challenge":"{\\"eventType\\":1}"}}');
    expect(await ask('smartcar', { rawBody: other })).toMatchObject({
      rejection: { code: 'malformed_handshake' },
    });
  });

  it('Braintree: a challenge that was signed is no payload', async () => {
    const challenge = 'a'.repeat(20);
    const reception = await get('braintree', `bt_challenge=${challenge}`);
    if (reception.kind !== 'answered') throw new Error('Braintree was not answered.');
    const form = new URLSearchParams({ bt_signature: reception.answer.body, bt_payload: challenge });
    const forged = {
      rawBody: Buffer.from(form.toString()),
      headers: { 'content-type': ['application/x-www-form-urlencoded'] },
    };
    expect(await ask('braintree', forged)).toMatchObject({ rejection: { code: 'invalid_signature' } });
  });
});

describe('Airship asks for its confirmation code below the address, by a signed GET', () => {
  const code = '559384cd-0000-4e3e-9e4e-000000000001';
  const validate = (signature: string, options: Readonly<Record<string, string>>) =>
    receiveWebhook(getProvider('airship') as Provider, {
      request: request({
        method: 'GET',
        url: 'https://hooks.example.com/in/1/validate',
        rawBody: Buffer.alloc(0),
        headers: { 'x-ua-timestamp': [String(NOW_SECONDS)], 'x-ua-signature': [signature] },
      }),
      secrets: [SECRET],
      options,
    });

  it('gets it', async () => {
    expect(await validate(hex(`${NOW_SECONDS}:`), { confirmation_code: code })).toMatchObject({
      kind: 'answered',
      answer: { status: 200, headers: JSON_TYPE, body: JSON.stringify({ confirmation_code: code }) },
    });
  });

  it('another sender does not get it', async () => {
    expect(await validate(hex(`${NOW_SECONDS - 1}:`), { confirmation_code: code })).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'invalid_signature' },
    });
  });
});
