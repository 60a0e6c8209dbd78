import { createHash } from 'node:crypto';
import twilioSdk from 'twilio';
import { describe, expect, it } from 'vitest';
import { request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { twilio } from './twilio.ts';

const FORM = ['application/x-www-form-urlencoded; charset=UTF-8'];
const URL_ = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const CALL =
  'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212';
const JSON_BODY = '{"property": "value", "boolean": true}';
const JSON_HASH = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620';

interface Sent {
  url?: string;
  body: string;
  signature: string;
  contentType?: string[];
  headers?: Record<string, string[]>;
}
const toRequest = ({ url = URL_, body, signature, contentType = FORM, headers = {} }: Sent) =>
  request({
    url,
    query: new URL(url).searchParams,
    rawBody: Buffer.from(body),
    headers: { 'content-type': contentType, 'x-twilio-signature': [signature], ...headers },
  });
const verify = (sent: Sent, secret = '12345') =>
  twilio.verify({ request: toRequest(sent), secrets: [secret] });

describe('signatures from the tests of the twilio package', () => {
  it.each<[string, Sent]>([
    ['a form', { body: CALL, signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' }],
    [
      'a field that occurs twice',
      {
        body: 'MessagingBinding.Address=%2B1325xxxxxxx&MessagingBinding.Address=%2B1415xxxxxxx',
        signature: '83O6e2vORAoJHUNzJjDWN1jz+BA=',
      },
    ],
    [
      'values sorted, each once',
      {
        body: 'Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234',
        signature: 'IK+Dwps556ElfBT0I3Rgjkr1wJU=',
      },
    ],
    [
      'a body by its hash, behind other parameters',
      { url: `${URL_}&bodySHA256=${JSON_HASH}`, body: JSON_BODY, signature: 'a9nBmqA0ju/hNViExpshrM61xv4=' },
    ],
    [
      'a body by its hash',
      {
        url: `https://mycompany.com/myapp.php?bodySHA256=${JSON_HASH}`,
        body: JSON_BODY,
        signature: 'y77kIzt2vzLz71DgmJGsen2scGs=',
      },
    ],
    [
      'a port in the address',
      {
        url: 'https://mycompany.com:443/myapp.php?foo=1&bar=2',
        body: CALL,
        signature: 'kvajT1Ptam85bY51eRf/AJRuM3w=',
      },
    ],
    ['a port that only the sender saw', { body: CALL, signature: 'kvajT1Ptam85bY51eRf/AJRuM3w=' }],
    [
      'an apostrophe that was escaped',
      { url: `${URL_}&Body=It's+amazing`, body: CALL, signature: 'TfZzewPq8wqrGlMfyAud8+/IvJ0=' },
    ],
  ])('%s', async (_name, sent) => {
    const contentType = sent.body === JSON_BODY ? ['application/json'] : FORM;
    expect(await verify({ ...sent, contentType })).toEqual({ ok: true, secretIndex: 0 });
    expect(await verify({ ...sent, contentType }, '54321')).toMatchObject({ code: 'invalid_signature' });
    expect(await verify({ ...sent, contentType, body: `${sent.body}&x=1` })).toMatchObject({ ok: false });
  });

  it('that are wrong', async () => {
    expect(await verify({ body: CALL, signature: 'WRONG_SIGNATURE' })).toMatchObject({ status: 401 });
  });
});

it('accepts and refuses the same requests as the twilio package', async () => {
  const params = { MessageSid: 'SM1', Body: 'Grüße & <3', To: '+1', From: '+2', MessageStatus: 'delivered' };
  const body = new URLSearchParams(params).toString();
  const signature = twilioSdk.getExpectedTwilioSignature('12345', URL_, params);
  for (const [url, given] of [
    [URL_, signature],
    [`${URL_}3`, signature],
    [URL_, signature.toLowerCase()],
  ] as const) {
    const verification = await verify({ url, body, signature: given });
    expect(verification.ok).toBe(twilioSdk.validateRequest('12345', given, url, params));
  }
  expect((await verify({ body, signature })).ok).toBe(true);
});

describe('refuses', () => {
  const signature = twilioSdk.getExpectedTwilioSignature('12345', URL_, {});

  it('a body that the signature does not cover', async () => {
    const sent = { body: JSON_BODY, signature, contentType: ['application/json'] };
    expect(await verify(sent)).toMatchObject({ code: 'invalid_signature' });
    const url = `${URL_}&bodySHA256=${createHash('sha256').update('other').digest('hex')}`;
    const forUrl = twilioSdk.getExpectedTwilioSignature('12345', url, {});
    expect(await verify({ ...sent, url, signature: forUrl })).toMatchObject({ code: 'invalid_signature' });
  });

  it('a missing or doubled signature, and an empty secret', async () => {
    expect(await verify({ body: CALL, signature: '' })).toMatchObject({ code: 'missing_signature' });
    const doubled = { 'x-twilio-signature': [signature, signature] };
    expect(await verify({ body: CALL, signature, headers: doubled })).toMatchObject({
      code: 'duplicate_header',
    });
    expect(await verify({ body: CALL, signature }, '')).toMatchObject({ code: 'no_secret' });
  });
});

describe('events', () => {
  const receive = (params: Record<string, string>) =>
    receiveWebhook(twilio, {
      request: toRequest({
        body: new URLSearchParams(params).toString(),
        signature: twilioSdk.getExpectedTwilioSignature('12345', URL_, params),
        headers: { 'i-twilio-idempotency-token': ['token-1'] },
      }),
      secrets: ['12345'],
    });

  it.each<[string, Record<string, string>, string]>([
    ['an incoming message', { MessageSid: 'SM1', SmsStatus: 'received' }, 'twilio.message.received'],
    ['the state of a message', { MessageSid: 'SM1', MessageStatus: 'delivered' }, 'twilio.message.delivered'],
    ['the state of a call', { CallSid: 'CA1', CallStatus: 'in-progress' }, 'twilio.call.in-progress'],
    ['a recording', { CallSid: 'CA1', RecordingStatus: 'completed' }, 'twilio.recording.completed'],
    ['anything else', { Foo: 'x' }, 'twilio.webhook'],
  ])('%s', async (_name, params, type) => {
    const reception = await receive({ AccountSid: 'AC1', ...params });
    expect(reception).toMatchObject({
      kind: 'events',
      events: [{ type, source: '/twilio/AC1', deliveryId: 'token-1' }],
      answer: { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' } },
    });
    expect(twilio.eventTypes).toContain(type);
    expect(reception.kind === 'events' && JSON.parse(String(reception.events[0]?.payload))).toEqual({
      AccountSid: 'AC1',
      ...params,
    });
  });
});

it('a retry of a conversation message with an attempt counter is a repeat', () => {
  const idOf = (params: Record<string, string>) => {
    const interpretation = twilio.interpret(
      toRequest({ body: new URLSearchParams(params).toString(), signature: '' }),
    );
    if (!('events' in interpretation)) throw new Error(JSON.stringify(interpretation));
    return interpretation.events[0]?.deliveryId;
  };
  const message = { EventType: 'onMessageAdded', ConversationSid: 'CH1', MessageSid: 'IM1', Body: 'a' };
  expect(idOf({ ...message, RetryCount: '1' })).toBe(idOf({ ...message, RetryCount: '0' }));
  expect(idOf({ ...message, RetryCount: '0' })).toMatch(/^[0-9a-f]{64}$/);
  expect(idOf({ ...message, Body: 'b', RetryCount: '0' })).not.toBe(idOf({ ...message, RetryCount: '0' }));
  expect(idOf(message)).toBeUndefined();
});
