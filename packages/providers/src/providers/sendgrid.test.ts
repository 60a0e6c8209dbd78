import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { sendgrid } from './sendgrid.ts';

/** From the tests of SendGrid's own package. */
const VECTOR = {
  publicKey: [
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1',
    'flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==',
  ].join(''),
  signature:
    'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
  timestamp: '1600112502',
  body: '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n',
};

const receive = (changes: Partial<typeof VECTOR> = {}) => {
  const { publicKey, signature, timestamp, body } = { ...VECTOR, ...changes };
  return receiveWebhook(sendgrid, {
    request: request({
      rawBody: Buffer.from(body),
      headers: {
        'x-twilio-email-event-webhook-signature': [signature],
        'x-twilio-email-event-webhook-timestamp': [timestamp],
      },
    }),
    secrets: [publicKey],
  });
};

it("accepts the signature from SendGrid's tests", async () => {
  expect(await receive()).toMatchObject({
    kind: 'events',
    events: [
      {
        type: 'sendgrid.dropped',
        subject: 'hello@world.com',
        deliveryId: 'ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA',
        timeMs: 1600112492000,
      },
    ],
  });
});

it('makes an event of each item, with its bytes', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = '[{"event":"open","sg_event_id":"1","n":1e400}, {"event":"click","sg_event_id":"2"}]\r\n';
  const timestamp = String(NOW_SECONDS);
  const reception = await receive({
    body,
    timestamp,
    signature: sign('sha256', Buffer.from(timestamp + body), privateKey).toString('base64'),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  });
  expect(reception.kind === 'events' && reception.events.map(({ payload }) => String(payload))).toEqual([
    '{"event":"open","sg_event_id":"1","n":1e400}',
    '{"event":"click","sg_event_id":"2"}',
  ]);
});

describe('refuses', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  it.each<[string, Partial<typeof VECTOR>, string]>([
    ['a body without its line break', { body: VECTOR.body.trimEnd() }, 'invalid_signature'],
    ['another timestamp', { timestamp: '1600112503' }, 'invalid_signature'],
    [
      'another key',
      { publicKey: other.export({ type: 'spki', format: 'pem' }).toString() },
      'invalid_signature',
    ],
    ['no timestamp', { timestamp: '' }, 'missing_timestamp'],
    ['no signature', { signature: '' }, 'missing_signature'],
    ['a signature that is not base64', { signature: '%%' }, 'malformed_signature'],
    ['a signature that is not DER', { signature: 'AAAA' }, 'invalid_signature'],
    ['a key that is none', { publicKey: 'AAAA' }, 'invalid_secret'],
    ['no key', { publicKey: '' }, 'no_secret'],
  ])('%s', async (_name, changes, code) => {
    expect(await receive(changes)).toMatchObject({ kind: 'rejected', rejection: { code } });
  });

  it('keys of another kind', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    expect(sendgrid.checkSecret(VECTOR.publicKey)).toBeUndefined();
    expect(sendgrid.checkSecret(rsa.export({ type: 'spki', format: 'pem' }).toString())).toContain(
      'elliptic',
    );
  });
});
