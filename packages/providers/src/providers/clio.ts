import { definePreset } from '../presets/define-preset.ts';

export const clio = definePreset({
  id: 'clio',
  name: 'Clio Manage',
  evidence: [
    // Clio does not document how it signs: the rules are known from third parties.
    {
      kind: 'secondary',
      source: 'https://docs.developers.clio.com/guides/clio-manage/webhooks/',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'secondary',
      source: 'https://github.com/hookdeck/webhook-skills/blob/main/skills/clio-webhooks/SKILL.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because: 'a body contains only the requested fields, and two changes may have the same body',
    retries: 'unknown',
  },
  setup: [
    'The first request of Clio contains the secret in X-Hook-Secret and is unsigned. Hookline does not answer it, because otherwise anyone could set a secret by sending a request.',
    'Create the webhook through the webhooks API of Clio with your own receiver. The receiver returns X-Hook-Secret, and forwards all later requests to the address of this source with unchanged headers and bodies.',
    'As the secret of this source, store the X-Hook-Secret that the receiver received.',
    'Request at least the fields "id,etag", so that each event names the version of the object. A webhook expires after three days (after up to 31 days if you request that when you create it) unless you renew it through the API.',
    'This provider is Clio Manage. Clio Platform signs differently: Hookline refuses its webhooks.',
  ],
  documentation: 'https://docs.developers.clio.com/guides/clio-manage/webhooks/',
  scheme: { signature: { header: 'x-hook-signature' }, encoding: 'hex' },
  type: [{ json: '/meta/event' }],
  source: [{ json: '/meta/webhook_id' }],
  subject: { json: '/data/id' },
  eventTypes: 'created updated deleted matter_opened matter_pended matter_closed',
});
