import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const mandrill = definePreset({
  id: 'mandrill',
  aliases: ['mailchimp-transactional'],
  name: 'Mailchimp Transactional (Mandrill)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://mandrill.zendesk.com/hc/en-us/articles/205583257-How-to-Authenticate-Webhook-Requests',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://mandrill.zendesk.com/hc/en-us/articles/360038740594-Webhook-Format',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: '_id identifies the message, and a message has several events',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'Mandrill, under Settings, Webhooks',
    secret: 'the key of the webhook',
    notes: [
      'Mandrill checks the address when you create the webhook, and Hookline answers.',
      'Mandrill signs the address that you entered: enter it exactly as Hookline shows it.',
    ],
  }),
  documentation: 'https://mailchimp.com/developer/transactional/docs/webhooks/',
  caution: 'Mandrill signs the fields of the form, not the bytes of the body.',
  scheme: {
    signature: { header: 'x-mandrill-signature' },
    encoding: 'base64',
    hash: 'sha1',
    message: '{url}{sortedForm}',
    bodyNotCovered: true,
  },
  // The check of the address with POST is signed with a publicly known key and contains no event.
  handshakes: [{ method: 'HEAD' }, { method: 'POST', when: { form: 'mandrill_events', equals: '[]' } }],
  batch: '',
  // Events of the allowlist and the denylist have a type and an action instead.
  type: [{ firstOf: [{ json: '/event' }, { json: '/type' }] }, { json: '/action' }],
  formPayload: 'mandrill_events',
  subject: [{ json: '/msg/email' }, { json: '/reject/email' }, { json: '/entry/email' }],
  time: { json: '/ts', unit: 's' },
  eventTypes:
    'send deferral hard_bounce soft_bounce delivered open click spam unsub reject inbound whitelist blacklist',
});
