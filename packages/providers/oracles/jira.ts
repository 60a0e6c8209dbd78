import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'jira',
  source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks; https://www.w3.org/TR/websub/',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-hub-signature'],
  body: '{"timestamp":1748077736000,"webhookEvent":"jira:issue_created","issue_event_type_name":"issue_created","issue":{"id":"10002","key":"ACME-1"}}',
  contentType: 'application/json; charset=UTF-8',
  sign: ({ body, secret }) => ({
    headers: {
      'x-atlassian-webhook-identifier': '1f2e3d4c5b6a',
      'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  }),
};
