import { expect, it } from 'vitest';
import { NOW_SECONDS, signedRequest, signerOf } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { standardWebhooks } from './standard-webhooks.ts';

const signer = signerOf('standard-webhooks');
const receive = (body: string) =>
  receiveWebhook(standardWebhooks, { request: signedRequest(signer, body), secrets: [signer.secrets[0]] });

it('reads the recommended members of the specification', async () => {
  expect(
    await receive(
      '{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z","data":{"id":"1f81eb52"}}',
    ),
  ).toMatchObject({
    kind: 'events',
    events: [
      {
        type: 'standard-webhooks.contact.created',
        source: '/standard-webhooks',
        subject: '1f81eb52',
        timeMs: Date.UTC(2022, 10, 3, 20, 26, 10, 344),
        deliveryId: 'msg_1',
      },
    ],
  });
});

it('accepts any other JSON too', async () => {
  for (const body of ['[1,2]', '"text"', '{"test": 2432232314}']) {
    expect(await receive(body)).toMatchObject({
      events: [{ type: 'standard-webhooks.unknown', deliveryId: 'msg_1', timeMs: NOW_SECONDS * 1000 }],
    });
  }
  expect(await receive('text')).toMatchObject({ events: [{ payload: Buffer.from('"text"') }] });
});
