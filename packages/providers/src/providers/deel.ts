import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const deel = definePreset({
  id: 'deel',
  name: 'Deel',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.deel.com/docs/webhooks-get-started',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.deel.com/api/webhooks/events',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.deel.com/v2.1.51/docs/event-payload-examples',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/data/meta/event_id' },
    otherwise: [{ json: '/data/meta/tracking_id' }, { hash: 'body' }],
    names:
      'the event; if there is only a tracking id, its meaning is not documented, so the body is part of the id',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'Deel, under Apps and Integrations, Developer Center, Webhooks',
    secret: 'the signing key of the webhook',
  }),
  documentation: 'https://developer.deel.com/api/webhooks/quickstart',
  scheme: { signature: { header: 'x-deel-signature' }, encoding: 'hex', message: 'POST{body}' },
  type: [{ json: '/data/meta/event_type' }],
  source: [{ json: '/data/meta/organization_id' }],
  subject: [
    { json: '/data/resource/id' },
    { json: '/data/resource/0/id' },
    { json: '/data/resource/0/contract_id' },
  ],
  time: [
    { json: '/data/meta/occurred_at', unit: 'iso' },
    { json: '/timestamp', unit: 'iso' },
  ],
  eventTypes: `contract.created contract.signed contract.status.updated bgcheck.result.available
    eor.payslips.available tax.document.available`,
});
