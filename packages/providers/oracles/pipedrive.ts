import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'pipedrive',
  source: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  secrets: ['pipedrive:a long password of its own', 'pipedrive:another long password of it'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"data":{"id":1,"title":"Deal"},"previous":null,"meta":{"action":"create","company_id":"1","correlation_id":"b8b8f5d5","entity_id":"1","entity":"deal","id":"1c1f3a5b","timestamp":"2023-11-14T22:13:20.000Z","type":"general","user_id":"2","version":"2.0","webhook_id":"7","attempt":1}}',
  sign: ({ secret }) => ({
    headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` },
  }),
};
