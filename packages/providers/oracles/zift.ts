import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'zift',
  source: 'https://api.zift.io/#webhooks (unsigned: the secret is a part of the address)',
  secrets: ['arandomtextoflettersanddigits1', 'arandomtextoflettersanddigits2'],
  covers: 'nothing',
  signatureHeaders: [],
  body: '{"notificationId":1001,"eventCode":"transaction.created","accountId":2001}',
  sign: ({ url, secret }) => ({ headers: {}, url: `${url}?secret=${secret}` }),
};
