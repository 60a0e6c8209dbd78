import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const brevo = definePreset({
  id: 'brevo',
  name: 'Brevo',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.brevo.com/docs/username-and-password-authentication',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.brevo.com/docs/transactional-webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.brevo.com/docs/batch-webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    because: 'the id in the body identifies the webhook, and message-id the message',
    retries: 'unknown',
  },
  setup: sendHeader({
    where: 'Brevo, under Transactional or Marketing, Settings, Webhooks',
    secret: 'Authorization with the value "Bearer", a space and that text',
    notes: [
      'Choose Token as the authentication method: Brevo sends the token in that header.',
      'With the option "batched" a request contains up to 500 events. Hookline stores each of them as an event.',
    ],
  }),
  documentation: 'https://developers.brevo.com/docs/how-to-use-webhooks',
  scheme: { token: { authorization: 'bearer' } },
  batch: '',
  type: [{ json: '/event' }],
  subject: [{ json: '/email' }, { json: '/to' }],
  time: [
    { json: '/ts_epoch', unit: 'ms' },
    { json: '/ts_event', unit: 's' },
    { json: '/ts', unit: 's' },
  ],
  eventTypes: `request click deferred delivered soft_bounce hard_bounce spam complaint unique_opened opened
    invalid_email blocked error unsubscribed unsubscribe proxy_open unique_proxy_open list_addition
    contact_updated contact_deleted sent accepted replied`,
});
