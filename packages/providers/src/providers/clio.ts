import { definePreset } from '../presets/define-preset.ts';

export const clio = definePreset({
  id: 'clio',
  name: 'Clio Manage',
  evidence: [
    // Clio says that it signs, but not how: that is known from others.
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
    because: 'a body holds only the fields that were asked for, and may say the same each time',
    retries: 'unknown',
  },
  setup: [
    'The first request of Clio brings the secret, unsigned, in X-Hook-Secret. Hookline does not answer it: nobody should be able to set a secret by sending one.',
    'So make the webhook through the webhooks API of Clio with a receiver of your own, which gives X-Hook-Secret back and passes all later requests on to the address of this source, headers and body unchanged.',
    'As the secret of this source, store the X-Hook-Secret that the receiver got.',
    'Ask for the fields "id,etag" at least, so that each event says which version it is about. A webhook ends after three days, or after up to 31 if the call that makes it says so, unless it is renewed through the API.',
    'This is Clio Manage. Webhooks of Clio Platform are signed another way and are refused here.',
  ],
  documentation: 'https://docs.developers.clio.com/guides/clio-manage/webhooks/',
  scheme: { signature: { header: 'x-hook-signature' }, encoding: 'hex' },
  type: [{ json: '/meta/event' }],
  source: [{ json: '/meta/webhook_id' }],
  subject: { json: '/data/id' },
  eventTypes: 'created updated deleted matter_opened matter_pended matter_closed',
});
