import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'launchdarkly',
  source: 'https://launchdarkly.com/docs/api/webhooks',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-ld-signature'],
  body: '{"_links":{"self":{"href":"/api/v2/auditlog/0f1e2d3c"}},"_id":"0f1e2d3c","date":1748077736000,"accesses":[{"action":"updateOn","resource":"proj/default:env/production:flag/beta"}],"kind":"flag","name":"beta"}',
  sign: ({ body, secret }) => ({
    headers: { 'x-ld-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
