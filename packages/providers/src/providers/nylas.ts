import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const nylas = definePreset({
  id: 'nylas',
  name: 'Nylas',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://developer.nylas.com/docs/reference/api/webhook-notifications/post-webhook-destinations/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the notification',
    unique: 'unknown',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Nylas dashboard, under Notifications',
    secret: 'the webhook secret',
    notes: ['Nylas asks with a GET at once, which is answered here. Leave compressed delivery off.'],
  }),
  documentation: 'https://developer.nylas.com/docs/v3/notifications/',
  scheme: { signature: { header: 'x-nylas-signature' }, encoding: 'hex' },
  handshakes: [{ method: 'GET', token: { query: 'challenge' }, reply: { text: '{token}' } }],
  type: [{ json: '/type' }],
  time: { json: '/time', unit: 's' },
  eventTypes: `grant.created grant.updated grant.deleted grant.expired message.created message.updated
    message.opened message.link_clicked event.created event.updated event.deleted contact.updated
    contact.deleted calendar.created calendar.updated calendar.deleted folder.created folder.updated
    folder.deleted`,
});
