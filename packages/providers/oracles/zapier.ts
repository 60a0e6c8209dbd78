import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'zapier',
  source: 'https://help.zapier.com/hc/en-us/articles/8496326446989',
  secrets: ['a-long-random-text-of-Zapier', 'another-random-text-of-Zapier'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"event_type":"lead.created","name":"Jane","email":"jane@example.com"}',
  sign: ({ secret }) => ({ headers: { authorization: `Bearer ${secret}` } }),
};
