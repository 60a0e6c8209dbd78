import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'datadog',
  source: 'https://docs.datadoghq.com/integrations/webhooks/',
  secrets: ['a-long-random-text-that-was-typed-in', 'another-long-random-text'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"id":"0","event_type":"metric_alert_monitor","title":"CPU is high","date":"1748077736000"}',
  sign: ({ secret }) => ({ headers: { authorization: `Bearer ${secret}` } }),
};
