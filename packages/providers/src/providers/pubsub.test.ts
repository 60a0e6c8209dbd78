import { beforeAll, expect, it } from 'vitest';
import { createOidcIssuer, type OidcIssuer } from '../../fixtures/oidc-issuer.ts';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { pubsub } from './pubsub.ts';

const OPTIONS = {
  audience: 'hookline',
  serviceAccountEmail: 'push@acme.iam.gserviceaccount.com',
  subscription: 'projects/acme/subscriptions/uploads',
};

let issuer: OidcIssuer;
beforeAll(async () => {
  issuer = await createOidcIssuer();
});

async function receive(data: Buffer | undefined, more: object = {}) {
  const token = await issuer.sign({
    iss: 'https://accounts.google.com',
    aud: OPTIONS.audience,
    email: OPTIONS.serviceAccountEmail,
    email_verified: true,
    exp: NOW_SECONDS + 60,
  });
  const message = {
    data: data?.toString('base64'),
    messageId: '1',
    publishTime: '2026-01-02T03:04:05Z',
    ...more,
  };
  const reception = await receiveWebhook(pubsub, {
    request: request({
      headers: { authorization: [`Bearer ${token}`] },
      rawBody: Buffer.from(JSON.stringify({ message, subscription: OPTIONS.subscription })),
    }),
    secrets: [],
    options: OPTIONS,
    fetchPublished: issuer.fetchPublished,
  });
  if (reception.kind !== 'events') throw new Error(JSON.stringify(reception));
  const [event] = reception.events;
  return { event, text: String(event?.payload) };
}

it('keeps JSON as it was published', async () => {
  const { event, text } = await receive(Buffer.from('{"big":9007199254740993, "a":1}'), {
    attributes: { eventType: 'OBJECT_FINALIZE', __proto__x: 'y' },
    orderingKey: 'k',
  });
  expect(event).toMatchObject({
    type: 'pubsub.message',
    source: '/pubsub/acme/uploads',
    subject: 'k',
    action: 'OBJECT_FINALIZE',
    deliveryId: '1',
    timeMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  });
  expect(text).toContain('"data":{"big":9007199254740993, "a":1}}');
  expect(JSON.parse(text)).toMatchObject({
    messageId: '1',
    subscription: OPTIONS.subscription,
    encoding: 'json',
    attributes: { eventType: 'OBJECT_FINALIZE', __proto__x: 'y' },
  });
});

it.each([
  ['text', Buffer.from('grüße "x"'), 'text', 'grüße "x"'],
  ['bytes', Buffer.from([0xff, 0x00]), 'base64', '/wA='],
  ['nothing', undefined, 'text', ''],
])('passes %s on', async (_name, data, encoding, expected) => {
  const { text } = await receive(data);
  expect(JSON.parse(text)).toMatchObject({ encoding, data: expected });
});
