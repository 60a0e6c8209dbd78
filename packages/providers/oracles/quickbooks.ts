import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, secret }: Unsigned) => createHmac('sha256', secret).update(body).digest('base64');

export const oracle: Oracle = {
  provider: 'quickbooks',
  source:
    'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks and https://blogs.intuit.com/2025/11/12/upcoming-change-to-webhooks-payload-structure/',
  secrets: ['5f1c0000-0000-4000-8000-000000000001', '5f1c0000-0000-4000-8000-000000000002'],
  covers: 'body',
  signatureHeaders: ['intuit-signature'],
  body: '[{"specversion":"1.0","id":"88cd52aa-33b6-4351-9aa4-47572edbd068","source":"intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=","type":"qbo.account.created.v1","datacontenttype":"application/json","time":"2023-11-14T22:13:20.000000000Z","intuitentityid":"1234","intuitaccountid":"310687","data":{}}]',
  sign: (unsigned) => ({ headers: { 'intuit-signature': signature(unsigned) } }),
  variants: {
    'the older form of the body': (unsigned) => {
      const body = Buffer.from(
        '{"eventNotifications":[{"realmId":"1185883450","dataChangeEvent":{"entities":[{"name":"Customer","id":"1","operation":"Create","lastUpdated":"2023-11-14T22:13:20.000Z"}]}}]}',
      );
      return { body, headers: { 'intuit-signature': signature({ ...unsigned, body }) } };
    },
  },
};
