import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const sharepoint = definePreset({
  id: 'sharepoint',
  name: 'SharePoint',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/SharePoint/sp-dev-docs/blob/HEAD/docs/apis/webhooks/overview-sharepoint-webhooks.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because:
      'The body only names the changed list. A second change looks like the first, so none counts as a repeat. A retry costs one more request to SharePoint.',
    retries: true,
    retriesForSeconds: 1_500,
  },
  setup: chooseSecret({
    where: 'the subscriptions API of SharePoint',
    secret: 'the clientState',
    notes: [
      'SharePoint sends a validationtoken immediately, and Hookline returns it. Subscriptions expire after at most 180 days unless you renew them.',
    ],
  }),
  documentation: 'https://learn.microsoft.com/sharepoint/dev/apis/webhooks/overview-sharepoint-webhooks',
  scheme: { token: { json: '/value/*/clientState' } },
  handshakes: [{ method: 'POST', token: { query: 'validationtoken' }, reply: { text: '{token}' } }],
  batch: '/value',
  type: [{ text: 'list.changed' }],
  source: [{ json: '/tenantId' }],
  subject: { json: '/resource' },
  answerWithinMs: 5_000,
  eventTypes: 'list.changed',
});
