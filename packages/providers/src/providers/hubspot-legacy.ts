import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/**
 * Plain digests: version 1 covers the secret and the body, version 2 also the method and the address. The body is a
 * list, an object (workflow actions), or empty (cards, with GET, whose query only version 2 covers).
 */
export const hubspotLegacy = definePreset({
  id: 'hubspot-legacy',
  name: 'HubSpot (signatures of version 1 and 2)',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/HubSpot/hubspot-api-nodejs/blob/HEAD/test/unit/signature.spec.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/HubSpot/hubspot-api-nodejs/blob/HEAD/src/utils/signature.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.hubspot.com/docs/api/webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ json: '/eventId' }, { json: '/subscriptionId' }, { json: '/portalId' }, { json: '/occurredAt' }],
    ifPresent: [
      { json: '/objectId' },
      { json: '/subscriptionType' },
      { json: '/fromObjectId' },
      { json: '/toObjectId' },
    ],
    names: 'these members together; eventId alone is not unique, and attemptNumber counts attempts',
    unique: 'account',
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: useKey({
    where: 'the app in HubSpot, under Webhooks',
    secret: 'the client secret of the app',
    notes: [
      'If the requests have X-HubSpot-Signature-v3, use the provider hubspot: that signature has a timestamp and is an HMAC, not a plain hash.',
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
  subject: [{ json: '/objectId' }, { json: '/fromObjectId' }, { json: '/primaryObjectId' }],
  time: { json: '/occurredAt', unit: 'ms' },
  eventTypes: `contact.creation contact.deletion contact.propertyChange contact.merge contact.restore
    contact.associationChange company.creation company.deletion company.propertyChange company.merge
    company.restore company.associationChange deal.creation deal.deletion deal.propertyChange deal.merge
    deal.restore deal.associationChange ticket.creation ticket.deletion ticket.propertyChange
    ticket.merge ticket.restore ticket.associationChange product.creation product.deletion
    product.propertyChange product.merge product.restore product.associationChange line_item.creation
    line_item.deletion line_item.propertyChange line_item.merge line_item.restore
    line_item.associationChange contact.privacyDeletion conversation.creation conversation.deletion
    conversation.newMessage conversation.privacyDeletion conversation.propertyChange
    object.creation object.deletion object.propertyChange object.merge object.restore object.associationChange`,
  answerWithinMs: 5_000,
});
