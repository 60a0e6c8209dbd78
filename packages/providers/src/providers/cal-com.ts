import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const calCom = definePreset({
  id: 'cal-com',
  name: 'Cal.com',
  evidence: [
    { kind: 'official-docs', source: 'https://cal.com/docs/core-features/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: { id: 'none', retries: false },
  setup: chooseSecret({ where: 'the Cal.com settings, under Developer, Webhooks', secret: 'the Secret' }),
  documentation: 'https://cal.com/docs/developing/guides/automation/webhooks',
  scheme: { signature: { header: 'x-cal-signature-256' }, encoding: 'hex' },
  type: [{ json: '/triggerEvent' }],
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `BOOKING_CREATED BOOKING_RESCHEDULED BOOKING_CANCELLED BOOKING_REJECTED BOOKING_REQUESTED
    BOOKING_PAID BOOKING_NO_SHOW_UPDATED MEETING_STARTED MEETING_ENDED RECORDING_READY FORM_SUBMITTED
    INSTANT_MEETING OOO_CREATED`,
});
