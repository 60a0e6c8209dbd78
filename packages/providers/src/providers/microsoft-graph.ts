import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const microsoftGraph = definePreset({
  id: 'microsoft-graph',
  name: 'Microsoft Graph',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/microsoftgraph/microsoft-graph-docs-contrib/blob/HEAD/concepts/change-notifications-delivery-webhooks.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names:
      'the notification; many have no id. Their body only names the changed object, so none counts as a repeat.',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 14_400,
    equalBodies: 'events',
  },
  setup: chooseSecret({
    where: 'the subscriptions API of Microsoft Graph',
    secret: 'the clientState',
    notes: [
      'Use the same clientState for all subscriptions with this address: a request may contain notifications of several subscriptions.',
      'Microsoft sends a validationToken immediately, and Hookline returns it. Subscriptions expire within hours or days unless you renew them.',
    ],
  }),
  documentation: 'https://learn.microsoft.com/graph/change-notifications-delivery-webhooks',
  scheme: { token: { json: '/value/*/clientState' } },
  handshakes: [{ method: 'POST', token: { query: 'validationToken' }, reply: { text: '{token}' } }],
  batch: '/value',
  type: [{ json: '/changeType' }, { json: '/lifecycleEvent' }],
  control: [
    {
      when: { json: '/lifecycleEvent', equals: 'subscriptionRemoved' },
      kind: 'revoked',
      type: 'subscriptionRemoved',
    },
  ],
  source: [{ json: '/tenantId' }],
  subject: { json: '/resource' },
  eventTypes: 'created updated deleted reauthorizationRequired subscriptionRemoved missed',
  answer: { status: 202 },
  answerWithinMs: 3_000,
});
