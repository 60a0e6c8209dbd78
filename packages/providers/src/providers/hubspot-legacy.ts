import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/**
 * Plain digests: version 1 of secret and body, version 2 of the method and the address too. The body is a list, an object
 * (workflow actions), or empty (cards, by GET, whose query only version 2 covers).
 */
export const hubspotLegacy = definePreset({
  id: 'hubspot-legacy',
  name: 'HubSpot (signatures of version 1 and 2)',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://developers.hubspot.com/docs/guides/apps/authentication/validating-requests',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.hubspot.com/docs/api/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ json: '/eventId' }, { json: '/subscriptionId' }, { json: '/portalId' }, { json: '/occurredAt' }],
    ifPresent: [{ json: '/objectId' }, { json: '/subscriptionType' }],
    names: 'these members together; eventId alone is not unique, and attemptNumber counts tries',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the app in HubSpot, under Webhooks',
    secret: 'the client secret of the app',
    notes: [
      'Use the provider hubspot if the requests hold X-HubSpot-Signature-v3: it has a timestamp, and is no plain hash.',
    ],
  }),
  documentation: 'https://developers.hubspot.com/docs/guides/apps/authentication/validating-requests',
  scheme: {
    signature: { header: 'x-hubspot-signature' },
    encoding: 'hex',
    keyed: 'digest',
    message: ['{secret}{method}{url}{body}', '{secret}{body}'],
  },
  methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
  batch: '',
  type: [{ json: '/subscriptionType' }],
  source: [{ json: '/portalId' }],
  subject: { json: '/objectId' },
  time: { json: '/occurredAt', unit: 'ms' },
});
