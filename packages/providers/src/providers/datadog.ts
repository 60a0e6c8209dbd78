import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const datadog = definePreset({
  id: 'datadog',
  name: 'Datadog',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.datadoghq.com/integrations/webhooks/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because: 'the body is a template of the monitor, which may say the same each time',
    retries: true,
  },
  setup: sendHeader({
    where: 'the Datadog integrations, under Webhooks',
    secret: '{"Authorization": "Bearer <that text>"} under Custom Headers, which must be JSON',
    notes: ['The payload is yours to define: "event_type": "$EVENT_TYPE" in it gives events their types.'],
  }),
  documentation: 'https://docs.datadoghq.com/integrations/webhooks/',
  mayBeText: true,
  scheme: { token: { authorization: 'bearer' } },
  type: [{ firstOf: [{ json: '/event_type' }, { form: 'event_type' }], otherwise: 'notification' }],
  answerWithinMs: 15_000,
});
