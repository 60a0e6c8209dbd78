import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The handshake is signed like an event. Its signed token has no ":", and every signed message has one. */
export const zoom = definePreset({
  id: 'zoom',
  name: 'Zoom',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.zoom.us/docs/api/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.zoom.us/blog/webhook-delays.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { hash: 'body' },
    names: 'the body: it is signed and contains the time of the event in ms',
    unique: 'account',
    stable: true,
    retries: true,
    retriesForSeconds: 5_100,
  },
  setup: useKey({
    where: 'the app in the Zoom App Marketplace, under Features, Event Subscriptions',
    secret: 'the Secret Token of the app',
    notes: ['Store the token first, then choose Validate: Zoom requests a signature, and Hookline answers.'],
  }),
  documentation: 'https://developers.zoom.us/docs/api/webhooks/',
  scheme: {
    signature: { header: 'x-zm-signature', prefix: 'v0=' },
    encoding: 'hex',
    message: 'v0:{timestamp}:{body}',
    timestamp: { header: 'x-zm-request-timestamp', dates: 'unknown', toleranceSeconds: 7_200 },
  },
  handshakes: [
    {
      method: 'POST',
      when: { json: '/event', equals: 'endpoint.url_validation' },
      token: { json: '/payload/plainToken' },
      requires: 'signature',
      signs: /^[A-Za-z0-9._~-]{1,200}$/,
      reply: { json: { plainToken: '{token}', encryptedToken: '{hex}' } },
    },
  ],
  type: [{ json: '/event' }],
  source: [{ json: '/payload/account_id' }],
  subject: { json: '/payload/object/id' },
  control: [
    { when: { json: '/event', equals: 'app_deauthorized' }, kind: 'revoked', type: 'app_deauthorized' },
  ],
  time: { json: '/event_ts', unit: 'ms' },
  eventTypes: `meeting.created meeting.updated meeting.deleted meeting.started meeting.ended
    meeting.participant_joined meeting.participant_left meeting.registration_created
    meeting.registration_approved meeting.registration_cancelled meeting.sharing_started
    meeting.sharing_ended webinar.created webinar.updated webinar.deleted webinar.started webinar.ended
    webinar.participant_joined webinar.participant_left webinar.registration_created recording.started
    recording.paused recording.resumed recording.stopped recording.completed
    recording.transcript_completed recording.trashed recording.deleted user.created user.updated
    user.activated user.deactivated user.deleted app_deauthorized`,
  answerWithinMs: 3_000,
});
