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
    because: 'the body comes from the template of the monitor, and two alerts may have the same body',
    retries: true,
  },
  setup: sendHeader({
    where: 'the Datadog integrations, under Webhooks',
    secret: '{"Authorization": "Bearer <that text>"} (enter it as JSON under Custom Headers)',
    notes: ['You define the payload. Include "event_type": "$EVENT_TYPE": it becomes the type of the event.'],
  }),
  documentation: 'https://docs.datadoghq.com/integrations/webhooks/',
  mayBeText: true,
  scheme: { token: { authorization: 'bearer' } },
  type: [{ firstOf: [{ json: '/event_type' }, { form: 'event_type' }], otherwise: 'notification' }],
  answerWithinMs: 15_000,
});
