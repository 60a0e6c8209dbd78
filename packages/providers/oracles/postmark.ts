import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'postmark',
  source: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
  secrets: ['postmark:a long password of its own', 'postmark:another long password of it'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"RecordType":"Delivery","ServerID":23,"MessageStream":"outbound","MessageID":"00000000-0000-0000-0000-000000000000","Recipient":"john@example.com","Tag":"welcome-email","DeliveredAt":"2023-11-14T22:13:20Z","Details":"Test"}',
  sign: ({ secret }) => ({
    headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` },
  }),
};
