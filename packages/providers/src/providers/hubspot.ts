import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/**
 * The message is method, address and body. The body is a list, an object (workflow actions), or empty (cards, with
 * GET).
 */
export const hubspot = definePreset({
  id: 'hubspot',
  name: 'HubSpot',
  evidence: [
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
      'Events of the type object.* name the kind of object in objectTypeId: filter by data.objectTypeId, such as 0-1 for contacts.',
    ],
  }),
  documentation: 'https://developers.hubspot.com/docs/guides/api/app-management/webhooks',
  scheme: {
    signature: { header: 'x-hubspot-signature-v3' },
    encoding: 'base64',
    // The guide decodes some characters of the address before signing; the SDKs decode none.
    message: ['{method}{decodedUrl}{body}{timestamp}', '{method}{url}{body}{timestamp}'],
    timestamp: { header: 'x-hubspot-request-timestamp', unit: 'ms', dates: 'unknown', toleranceSeconds: 300 },
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
