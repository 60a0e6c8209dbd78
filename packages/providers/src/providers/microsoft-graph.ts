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
      'the notification; many have none. The body then only names what changed, so none is taken for a repeat.',
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
      'Use the same clientState for all subscriptions with this address: a request may hold notifications of several.',
      'Microsoft asks at once with a validationToken, which is given back here. Subscriptions end within hours or days unless they are renewed.',
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
