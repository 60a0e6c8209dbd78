import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const nylas = definePreset({
  id: 'nylas',
  name: 'Nylas',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/nylas/nylas-nodejs/blob/HEAD/src/models/webhooks.ts',
      checkedOn: '2026-11-30',
    },
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
    retriesForSeconds: 1_200,
  },
  setup: copySecret({
    where: 'the Nylas dashboard, under Notifications',
    secret: 'the webhook secret',
    notes: [
      'Nylas verifies the address immediately with a GET, and Hookline answers. Leave compressed delivery off.',
    ],
  }),
  documentation: 'https://developer.nylas.com/docs/v3/notifications/',
  scheme: { signature: { header: 'x-nylas-signature' }, encoding: 'hex' },
  handshakes: [{ method: 'GET', token: { query: 'challenge' }, reply: { text: '{token}' } }],
  type: [{ json: '/type' }],
  source: [{ json: '/data/object/grant_id' }],
  subject: { json: '/data/object/id' },
  time: { json: '/time', unit: 's' },
  eventTypes: `grant.created grant.updated grant.deleted grant.expired message.created message.updated
    message.created.truncated message.updated.truncated message.send_success message.send_failed
    message.bounce_detected message.opened message.link_clicked message.intelligence.order
    message.intelligence.tracking thread.replied event.created event.updated event.deleted
    contact.updated contact.deleted calendar.created calendar.updated calendar.deleted
    folder.created folder.updated folder.deleted booking.created booking.pending
    booking.rescheduled booking.cancelled booking.reminder
    grant.imap_sync_completed message.created.cleaned message.deleted message.opened.legacy
    message.link_clicked.legacy thread.replied.legacy message.delivered message.bounced
    message.complaint message.rejected message.transactional.delivered message.transactional.bounced
    message.transactional.complaint message.transactional.rejected notetaker.created
    notetaker.updated notetaker.deleted notetaker.meeting_state notetaker.media`,
});
