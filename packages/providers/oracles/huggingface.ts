import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'huggingface',
  source: 'github.com/huggingface/hub-docs docs/hub/webhooks.md',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'nothing',
  signatureHeaders: ['x-webhook-secret'],
  body: '{"event":{"action":"update","scope":"repo.content"},"repo":{"type":"model","name":"acme/model","id":"621ffdc036468d709f17434d","private":false},"webhook":{"id":"6390e855e30d9209411de93b","version":3}}',
  sign: ({ secret }) => ({ headers: { 'x-webhook-secret': secret } }),
};
