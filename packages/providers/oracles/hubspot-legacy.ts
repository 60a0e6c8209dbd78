import { createHash } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'hubspot-legacy',
  source:
    'https://developers.hubspot.com/docs/faq/v1-request-validation; https://developers.hubspot.com/docs/faq/v2-request-validation',
  secrets: ['0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0', '9a0f1e2d-c3b4-a5f6-e7d8-96879a5b4c3d'],
  covers: 'body',
  signatureHeaders: ['x-hubspot-signature'],
  body: '[{"eventId":100,"subscriptionId":1166707,"portalId":1809,"appId":1160452,"occurredAt":1748077736000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123}]',
  variants: {
    'version 2': ({ body, method, secret, url }) => ({
      headers: {
        'x-hubspot-signature': createHash('sha256')
          .update(`${secret}${method}${url}`)
          .update(body)
          .digest('hex'),
        'x-hubspot-signature-version': 'v2',
      },
    }),
  },
  sign: ({ body, secret }) => ({
    headers: {
      'x-hubspot-signature': createHash('sha256').update(secret).update(body).digest('hex'),
      'x-hubspot-signature-version': 'v1',
    },
  }),
};
