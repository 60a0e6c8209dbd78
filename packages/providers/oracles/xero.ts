import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'xero',
  source: 'https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/',
  secrets: [Buffer.alloc(66, 1).toString('base64'), Buffer.alloc(66, 2).toString('base64')],
  covers: 'body',
  signatureHeaders: ['x-xero-signature'],
  body: '{"events":[{"resourceUrl":"https://api.xero.com/api.xro/2.0/Contacts/717f2bfc","resourceId":"717f2bfc-c6d4-41fd-b238-3f2f0c0cf777","eventDateUtc":"2023-11-14T22:13:20.000","eventType":"UPDATE","eventCategory":"CONTACT","tenantId":"c2cc9b6e-9458-4c7d-93cc-f02b81b0594f","tenantType":"ORGANISATION"}],"firstEventSequence":1,"lastEventSequence":1,"entropy":"S0m3r4Nd0mt3xt"}',
  sign: ({ body, secret }) => ({
    headers: { 'x-xero-signature': createHmac('sha256', secret).update(body).digest('base64') },
  }),
};
