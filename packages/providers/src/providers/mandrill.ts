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
  ],
  identity: {
    id: 'none',
    because: '_id names the message, of which there are several events',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'Mandrill, under Settings, Webhooks',
    secret: 'the key of the webhook',
    notes: ['Mandrill asks with a HEAD when the webhook is made, which is answered here.'],
  }),
  documentation: 'https://mailchimp.com/developer/transactional/docs/webhooks/',
  caution: 'Mandrill signs the fields of the form and not the bytes of the body.',
  scheme: {
    signature: { header: 'x-mandrill-signature' },
    encoding: 'base64',
    hash: 'sha1',
    message: '{url}{sortedForm}',
    bodyNotCovered: true,
  },
  handshakes: [{ method: 'HEAD' }],
  batch: '',
  type: [{ json: '/event' }],
  formPayload: 'mandrill_events',
  subject: { json: '/msg/email' },
  time: { json: '/ts', unit: 's' },
  eventTypes: 'send deferral hard_bounce soft_bounce delivered open click spam unsub reject inbound',
});
