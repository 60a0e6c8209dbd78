import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'exact-online',
  source: 'github.com/picqer/exact-php-client src/Picqer/Financials/Exact/Webhook/Authenticatable.php',
  secrets: ['Made-Up-Secret-1', 'Made-Up-Secret-2'],
  covers: 'part',
  covered: 'Accounts',
  signatureHeaders: [],
  body: '{"Content":{"Topic":"Accounts","ClientId":"0f1e2d3c","Division":1,"Action":"Update","Key":"4b5a6978","ExactOnlineEndpoint":"https://start.exactonline.nl/api/v1/1/crm/Accounts","EventCreatedOn":"2026-05-24T11:08:56.000"},"HashCode":""}',
  sign: ({ body, secret }) => {
    const text = body.toString();
    const content = text.slice('{"Content":'.length, text.lastIndexOf(',"HashCode":'));
    const hash = createHmac('sha256', secret).update(content).digest('hex').toUpperCase();
    return { headers: {}, body: Buffer.from(`{"Content":${content},"HashCode":"${hash}"}`) };
  },
};
