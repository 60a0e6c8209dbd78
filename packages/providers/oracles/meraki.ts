import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'meraki',
  source: 'https://developer.cisco.com/meraki/webhooks/introduction',
  secrets: ['the shared secret of the network', 'another shared secret of it'],
  covers: 'nothing',
  signatureHeaders: [],
  body: '{"version":"0.1","alertId":"643451796760560203","alertType":"Settings changed","alertTypeId":"settings_changed","networkId":"N_24329156","organizationId":"2930418","occurredAt":"2023-11-14T22:13:00.000000Z","sentAt":"2023-11-14T22:13:20.000000Z"}',
  // The secret stands in the body.
  sign: ({ body, secret }) => ({
    headers: {},
    body: Buffer.from(JSON.stringify({ ...(JSON.parse(body.toString()) as object), sharedSecret: secret })),
  }),
};
