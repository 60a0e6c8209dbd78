import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';
import { METHODS_OPTION } from '../provider/request-methods.ts';

export const bearer = definePreset({
  id: 'bearer',
  aliases: ['token'],
  name: 'Any sender with a bearer token',
  evidence: [{ kind: 'standard', source: 'https://www.rfc-editor.org/rfc/rfc6750', checkedOn: '2026-11-29' }],
  identity: { id: 'none', because: 'the sender is unknown', retries: 'unknown' },
  setup: sendHeader({
    where: 'the webhook settings of the sender',
    secret: 'Authorization with the value "Bearer", a space and that text',
  }),
  scheme: { token: { authorization: 'bearer' } },
  options: { methods: METHODS_OPTION },
  mayBeText: true,
  type: [{ json: '/type' }],
});
