import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** A method, an address and a body in one message: the root of the body is a list. */
export const hubspot = definePreset({
  id: 'hubspot',
  name: 'HubSpot',
  evidence: ['official-sdk'],
  setup: useKey({
    where: 'the app in HubSpot, under Webhooks',
    secret: 'the client secret of the app',
    notes: ['A request may hold several events: it becomes one event here, with all of them.'],
  }),
  documentation: 'https://developers.hubspot.com/docs/guides/api/app-management/webhooks',
  scheme: {
    signature: { header: 'x-hubspot-signature-v3' },
    encoding: 'base64',
    message: '{method}{decodedUrl}{body}{timestamp}',
    timestamp: { header: 'x-hubspot-request-timestamp', unit: 'ms', toleranceSeconds: 300 },
  },
  type: [{ json: '/0/subscriptionType' }],
});
