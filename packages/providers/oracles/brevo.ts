import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'brevo',
  source: 'https://developers.brevo.com/docs/username-and-password-authentication',
  secrets: ['a-long-random-text-that-was-typed-in', 'another-long-random-text'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"event":"delivered","email":"emma@example.com","id":26224,"date":"2026-05-24 11:08:56","message-id":"<201798300811.5787683@relay.domain.com>"}',
  sign: ({ secret }) => ({ headers: { authorization: `Bearer ${secret}` } }),
};
