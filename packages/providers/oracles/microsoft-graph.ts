import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'microsoft-graph',
  source: 'microsoftgraph/microsoft-graph-docs-contrib concepts/change-notifications-delivery-webhooks.md',
  secrets: ['the client state of the subscription', 'another client state of it'],
  covers: 'nothing',
  signatureHeaders: [],
  body: '{"value":[{"id":"lsgTZMr9KwAAA","subscriptionId":"7f105c7d-2dc5-4530-97cd-4e7ae6534c07","subscriptionExpirationDateTime":"2023-11-20T11:00:00Z","changeType":"created","resource":"users/ddfcd489/messages/AAMkADUw","tenantId":"84bd8158-6d4d-4958-8b9f-9d6445542f95"}]}',
  // The secret stands in every notification.
  sign: ({ body, secret }) => {
    const { value } = JSON.parse(body.toString()) as { value: object[] };
    const notifications = value.map((notification) => ({ ...notification, clientState: secret }));
    return { headers: {}, body: Buffer.from(JSON.stringify({ value: notifications })) };
  },
};
