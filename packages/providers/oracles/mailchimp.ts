import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'mailchimp',
  source: 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/',
  secrets: ['a-long-random-text-that-was-typed-in', 'another-long-random-text'],
  covers: 'nothing',
  signatureHeaders: [],
  body: 'type=subscribe&fired_at=2026-05-24+11%3A08%3A56&data%5Bid%5D=8a25ff1d98&data%5Blist_id%5D=a6b5da1054&data%5Bemail%5D=emma%40example.com',
  contentType: 'application/x-www-form-urlencoded',
  sign: ({ secret, url }) => ({ headers: {}, url: `${url}?secret=${secret}` }),
};
