import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'new-relic',
  source: 'https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/',
  secrets: ['a-long-random-text-of-New-Relic', 'another-random-text-of-New-Relic'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"event_type":"issue.activated","id":"f5c1a7de-2f2b-4c8e-9a4d-6b7c8d9e0f1a","issueUrl":"https://radar-api.service.newrelic.com/accounts/1/issues/1","title":"CPU above 90 %","priority":"CRITICAL","state":"ACTIVATED"}',
  sign: ({ secret }) => ({ headers: { authorization: `Bearer ${secret}` } }),
};
