import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'mollie-classic',
  source: 'https://docs.mollie.com/reference/webhooks',
  secrets: ['arandomtextoflettersanddigits1', 'arandomtextoflettersanddigits2'],
  covers: 'nothing',
  signatureHeaders: [],
  contentType: 'application/x-www-form-urlencoded',
  body: 'id=tr_5B8cwPMGnU6qLbRvo7qEZo',
  // Unsigned: the secret is a part of the address that its owner entered.
  sign: ({ url, secret }) => ({ headers: {}, url: `${url}?secret=${secret}` }),
};
