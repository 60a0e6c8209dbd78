import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'notion',
  source: 'https://developers.notion.com/reference/webhooks',
  secrets: [`secret${'_'}${'a'.repeat(43)}`, `secret${'_'}${'b'.repeat(43)}`],
  covers: 'body',
  signatureHeaders: ['x-notion-signature'],
  body: '{"id":"367cba44-b6f3-4c92-81e7-6a2e9659efd4","timestamp":"2023-11-14T22:13:20.000Z","workspace_id":"13950b26-c203-4f3b-b97d-93ec06319565","subscription_id":"29d75c0d-5546-4414-8459-7b7a92f1fc4b","type":"page.created","attempt_number":1,"entity":{"id":"153104cd-477e-809d-8dc4-ff2d96ae3090","type":"page"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-notion-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
  }),
};
