import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'cloudsignal',
  source:
    'https://docs.cloudprinter.com/client/cloudsignal-webhooks-v2-0; github.com/cloudprintercom/cloudsignal-nodejs-sdk src/event-handler.js',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'nothing',
  signatureHeaders: [],
  body: '{"type":"ItemProduce","order":"1234567890","item":"06010101","order_reference":"order 42","item_reference":"item 1","datetime":"2026-05-24T11:08:56+00:00"}',
  sign: ({ body, secret }) => ({
    headers: {},
    body: Buffer.from(JSON.stringify({ apikey: secret, ...JSON.parse(body.toString()) })),
  }),
};
