import { expect, it } from 'vitest';
import { NOW_SECONDS, SIGNERS, signedRequest } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { clerk } from './clerk.ts';

const USER_CREATED = {
  data: { id: 'user_29w83sxmDNGwOuEthce5gg56FcC', first_name: 'Zoë', object: 'user' },
  instance_id: 'ins_123',
  object: 'event',
  timestamp: 1654012591835,
  type: 'user.created',
};

const clerkSigners = SIGNERS.filter(({ provider }) => provider === 'clerk');

it.each(clerkSigners)('an event signed under $signatureHeader', async (signer) => {
  const signed = signedRequest(signer, JSON.stringify(USER_CREATED));
  expect(await receiveWebhook(clerk, { request: signed, secrets: [signer.secrets[0]] })).toEqual({
    kind: 'events',
    secretIndex: 0,
    repeatKeys: [{ key: 'msg_1', windowMs: undefined }],
    answer: { status: 200, headers: {}, body: '' },
    events: [
      {
        type: 'clerk.user.created',
        source: '/clerk/ins_123',
        subject: USER_CREATED.data.id,
        timeMs: USER_CREATED.timestamp,
        deliveryId: 'msg_1',
        dedupeFields: ['user.created', 'msg_1', USER_CREATED.data.id],
        payload: signed.rawBody,
      },
    ],
  });
});

it.each(clerkSigners)('without a time of its own has that of $signatureHeader', async (signer) => {
  const signed = signedRequest(signer, '{"n":1}');
  expect(await receiveWebhook(clerk, { request: signed, secrets: [signer.secrets[0]] })).toMatchObject({
    events: [{ type: 'clerk.unknown', source: '/clerk', timeMs: NOW_SECONDS * 1000 }],
  });
});
