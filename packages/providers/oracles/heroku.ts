import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'heroku',
  source: 'github.com/heroku/webhooks-docs README.md; https://devcenter.heroku.com/articles/app-webhooks',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['heroku-webhook-hmac-sha256'],
  body: '{"action":"update","actor":{"email":"emma@example.com"},"created_at":"2026-05-24T11:08:56Z","id":"0f1e2d3c","data":{"id":"4b5a6978"},"resource":"release","version":"application/vnd.heroku+json; version=3","webhook_metadata":{"attempt":{"id":"1"},"delivery":{"id":"2"},"event":{"id":"3","include":"api:release"},"webhook":{"id":"4"}}}',
  sign: ({ body, secret }) => ({
    headers: { 'heroku-webhook-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64') },
  }),
};
