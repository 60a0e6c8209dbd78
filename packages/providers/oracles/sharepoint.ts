import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'sharepoint',
  source: 'SharePoint/sp-dev-docs docs/apis/webhooks/overview-sharepoint-webhooks.md',
  secrets: ['the client state of the subscription', 'another client state of it'],
  covers: 'nothing',
  signatureHeaders: [],
  body: '{"value":[{"subscriptionId":"91779246-afe9-4525-b122-6c199ae89211","expirationDateTime":"2023-12-30T17:27:00.0000000Z","resource":"b9f6f714-9df8-470b-b22e-653855e1c181","tenantId":"00000000-0000-0000-0000-000000000000","siteUrl":"/","webId":"dbc5a806-e4d4-46e5-951c-6344d70b62fa"}]}',
  // The secret stands in every notification.
  sign: ({ body, secret }) => {
    const { value } = JSON.parse(body.toString()) as { value: object[] };
    const notifications = value.map((notification) => ({ ...notification, clientState: secret }));
    return { headers: {}, body: Buffer.from(JSON.stringify({ value: notifications })) };
  },
};
