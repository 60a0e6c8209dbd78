import { type KeyObject, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { createCertificate } from '../../fixtures/certificate.ts';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { paypal } from './paypal.ts';

const NOW_MS = NOW_SECONDS * 1000;
const BODY =
  '{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","create_time":"2026-01-02T03:04:05Z","resource_type":"capture","resource":{"id":"9AB"}}';
const HEADERS = {
  'paypal-transmission-id': '69cd13f0-d67a-11e5-baa3-778b53f4ae55',
  'paypal-transmission-time': '2026-01-02T03:04:06Z',
  'paypal-auth-algo': 'SHA256withRSA',
  'paypal-cert-url': 'https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77',
};

let certificate: { pem: Buffer; privateKey: KeyObject };
beforeAll(async () => {
  certificate = await createCertificate(NOW_MS - 86_400_000, NOW_MS + 86_400_000);
});

async function receive({
  headers = {} as Record<string, string>,
  webhookId = '8PT597110X687430L',
  signedBody = BODY,
  body = BODY,
} = {}) {
  const sent = { ...HEADERS, ...headers };
  const message = [
    HEADERS['paypal-transmission-id'],
    HEADERS['paypal-transmission-time'],
    '8PT597110X687430L',
    crc32(signedBody),
  ].join('|');
  const signature = sign('sha256', Buffer.from(message), certificate.privateKey).toString('base64');
  const fetched: string[] = [];
  const reception = await receiveWebhook(paypal, {
    request: request({
      rawBody: Buffer.from(body),
      headers: Object.fromEntries(
        Object.entries({ 'paypal-transmission-sig': signature, ...sent }).map(([name, value]) => [
          name,
          [value],
        ]),
      ),
    }),
    secrets: [],
    options: { webhookId },
    fetchPublished: async (url) => {
      fetched.push(url);
      return certificate.pem;
    },
  });
  return { reception, fetched };
}

it('accepts a signature of PayPal for this webhook', async () => {
  expect((await receive()).reception).toMatchObject({
    kind: 'events',
    events: [
      {
        type: 'paypal.payment.capture.completed',
        source: '/paypal/capture',
        subject: '9AB',
        deliveryId: 'WH-1',
        timeMs: Date.UTC(2026, 0, 2, 3, 4, 5),
      },
    ],
  });
  expect(paypal.eventTypes).toContain('paypal.payment.capture.completed');
});

it.each<[string, Parameters<typeof receive>[0], string]>([
  ['for another webhook', { webhookId: 'OTHER' }, 'invalid_signature'],
  ['of another body', { body: BODY.replace('9AB', '9AC') }, 'invalid_signature'],
  [
    'at another time',
    { headers: { 'paypal-transmission-time': '2026-01-02T03:04:07Z' } },
    'invalid_signature',
  ],
  ['under another id', { headers: { 'paypal-transmission-id': 'x' } }, 'invalid_signature'],
  ['with a bar in the id', { headers: { 'paypal-transmission-id': 'a|b' } }, 'malformed_header'],
  ['by another algorithm', { headers: { 'paypal-auth-algo': 'SHA1withRSA' } }, 'malformed_signature'],
  ['without a signature', { headers: { 'paypal-transmission-sig': '' } }, 'missing_signature'],
  ['without a webhook id here', { webhookId: '' }, 'missing_option'],
])('refuses what is signed %s', async (_name, changes, code) => {
  expect((await receive(changes)).reception).toMatchObject({ kind: 'rejected', rejection: { code } });
});

it.each([
  'https://api.paypal.com.example.com/v1/notifications/certs/CERT-1',
  'https://evilpaypal.com/v1/notifications/certs/CERT-1',
  'http://api.paypal.com/v1/notifications/certs/CERT-1',
  'https://api.paypal.com:444/v1/notifications/certs/CERT-1',
  'https://www.paypal.com/uploads/CERT-1',
  'CERT-1',
])('does not fetch a certificate from %s', async (url) => {
  const { reception, fetched } = await receive({ headers: { 'paypal-cert-url': url } });
  expect(reception).toMatchObject({ rejection: { code: 'invalid_signature' } });
  expect(fetched).toEqual([]);
});
