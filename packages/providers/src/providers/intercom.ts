import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const intercom = definePreset({
  id: 'intercom',
  name: 'Intercom',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.intercom.com/docs/webhooks/webhook-notifications',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.intercom.com/intercom-api-reference/v1.0/reference/signed-notifications',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the notification; delivery_attempts counts attempts',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the developer hub of Intercom, under Webhooks',
    secret: 'the client secret of the app',
  }),
  documentation: 'https://developers.intercom.com/docs/webhooks',
  scheme: { signature: { header: 'x-hub-signature', prefix: 'sha1=' }, encoding: 'hex', hash: 'sha1' },
  handshakes: [{ method: 'HEAD' }],
  type: [{ json: '/topic' }],
  source: [{ json: '/app_id' }],
  subject: { json: '/data/item/id' },
  time: { json: '/created_at', unit: 's' },
  eventTypes: `contact.user.created contact.user.updated contact.user.tag.created contact.user.tag.deleted
    contact.lead.created contact.lead.signed_up contact.lead.tag.created contact.lead.tag.deleted
    contact.email.updated contact.subscribed contact.unsubscribed conversation.user.created
    conversation.user.replied conversation.admin.single.created conversation.admin.replied
    conversation.admin.assigned conversation.admin.noted conversation.admin.opened
    conversation.admin.closed conversation.admin.snoozed conversation.admin.unsnoozed
    conversation.operator.replied conversation.rating.added conversation.priority.updated
    conversation_part.tag.created conversation_part.redacted company.created ticket.created
    ticket.state.updated ticket.admin.assigned ticket.team.assigned ticket.note.created
    ticket.contact.replied ticket.admin.replied`,
  control: [{ when: { json: '/topic', equals: 'ping' }, kind: 'test', type: 'ping' }],
  answerWithinMs: 5_000,
});
