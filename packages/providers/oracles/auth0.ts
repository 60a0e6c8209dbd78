import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'auth0',
  source: 'https://auth0.com/docs/customize/log-streams/custom-log-streams',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '[{"log_id":"90020260524110856","data":{"date":"2026-05-24T11:08:56.000Z","type":"s","client_id":"AaiyAPdpYddboKnqNS8HJqRn4T5ti3BQ"}}]',
  sign: ({ secret }) => ({ headers: { authorization: secret } }),
};
