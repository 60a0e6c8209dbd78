import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'shipstation-v1',
  source: 'https://docs.shipstation.com/apis/shipstation-v1/docs/models/webhook',
  secrets: ['arandomtextoflettersanddigits1', 'arandomtextoflettersanddigits2'],
  covers: 'nothing',
  signatureHeaders: [],
  body: '{"resource_url":"https://ssapi6.shipstation.com/orders?storeID=123456&importBatch=1ab23c4d-12ab-1abc-a1bc-a12b12cdabcd","resource_type":"ORDER_NOTIFY"}',
  // Unsigned: the secret is a part of the address that its owner entered.
  sign: ({ url, secret }) => ({ headers: {}, url: `${url}?secret=${secret}` }),
};
