import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const calCom = definePreset({
  id: 'cal-com',
  name: 'Cal.com',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://cal.com/docs/core-features/webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/calcom/cal.com/blob/main/packages/features/webhooks/lib/sendPayload.ts',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: false },
  setup: chooseSecret({
    where: 'the Cal.com settings, under Developer, Webhooks',
    secret: 'the Secret',
    notes: ['Keep the default payload template: with a custom template the body may have no type.'],
  }),
  documentation: 'https://cal.com/docs/developing/guides/automation/webhooks',
  scheme: { signature: { header: 'x-cal-signature-256' }, encoding: 'hex' },
  type: [{ json: '/triggerEvent' }],
  control: [{ when: { json: '/triggerEvent', equals: 'PING' }, kind: 'test', type: 'PING' }],
  subject: { json: '/payload/uid' },
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `BOOKING_CREATED BOOKING_RESCHEDULED BOOKING_CANCELLED BOOKING_REJECTED BOOKING_REQUESTED
    BOOKING_PAYMENT_INITIATED BOOKING_PAID BOOKING_NO_SHOW_UPDATED MEETING_STARTED MEETING_ENDED
    RECORDING_READY RECORDING_TRANSCRIPTION_GENERATED FORM_SUBMITTED FORM_SUBMITTED_NO_EVENT
    INSTANT_MEETING OOO_CREATED AFTER_HOSTS_CAL_VIDEO_NO_SHOW AFTER_GUESTS_CAL_VIDEO_NO_SHOW`,
});
