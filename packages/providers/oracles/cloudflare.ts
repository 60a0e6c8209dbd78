import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'cloudflare',
  source: 'github.com/cloudflare/cloudflare-docs notifications configure-webhooks.mdx',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'nothing',
  signatureHeaders: ['cf-webhook-auth'],
  body: '{"name":"Hookline","text":"Health check failed","data":{},"ts":1748077736,"account_id":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","policy_id":"6f5e4d3c","policy_name":"Origins","alert_type":"health_check_status_notification","alert_event":"ALERT_STATE_EVENT_START"}',
  sign: ({ secret }) => ({ headers: { 'cf-webhook-auth': secret } }),
};
