import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const figma = definePreset({
  id: 'figma',
  name: 'Figma',
  evidence: ['official-docs'],
  setup: chooseSecret({
    where: 'the webhooks API of Figma',
    secret: 'the passcode',
    notes: ['Figma sends a PING at once: it is the first event that arrives here.'],
  }),
  documentation: 'https://developers.figma.com/docs/rest-api/webhooks/',
  scheme: { token: { json: '/passcode' } },
  type: [{ json: '/event_type' }],
  subject: { json: '/file_key' },
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: 'PING FILE_UPDATE FILE_VERSION_UPDATE FILE_DELETE FILE_COMMENT LIBRARY_PUBLISH',
});
