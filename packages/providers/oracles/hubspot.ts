import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const sign = ({ body, method, nowMs, secret }: Unsigned, url: string): Signed => {
  const signature = createHmac('sha256', secret)
    .update(`${method}${url}`)
    .update(body)
    .update(String(nowMs))
    .digest('base64');
  return { headers: { 'x-hubspot-request-timestamp': String(nowMs), 'x-hubspot-signature-v3': signature } };
};

export const oracle: Oracle = {
  provider: 'hubspot',
  source:
    'a copy of the webhooks guide of developers.hubspot.com, and the survey of its pages and SDKs that the field notes name',
  secrets: ['0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0', '9a0f1e2d-c3b4-a5f6-e7d8-96879a5b4c3d'],
  covers: 'body',
  signatureHeaders: ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'],
  body: '[{"eventId":100,"subscriptionId":1166707,"portalId":1809,"appId":1160452,"occurredAt":1748077736000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeFlag":"NEW","changeSource":"CRM"}]',
  toleranceSeconds: 300,
  variants: {
    // %3A, %2F and %40 are decoded before signing, %20 is not.
    'an address with escaped characters': (unsigned) => ({
      ...sign(unsigned, `${unsigned.url}?next=https://acme.example/a%20b@c`),
      url: `${unsigned.url}?next=https%3A%2F%2Facme.example%2Fa%20b%40c`,
    }),
  },
  sign: (unsigned) => sign(unsigned, unsigned.url),
};
