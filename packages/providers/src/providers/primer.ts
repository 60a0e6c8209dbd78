import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const primer = definePreset({
  id: 'primer',
  name: 'Primer',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://primer.io/docs/api-reference/get-started/configure-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: copySecret({
    where: 'the Primer dashboard, under Developers, Webhooks',
    secret: 'the signing secret',
  }),
  documentation: 'https://primer.io/docs',
  scheme: {
    signature: { header: 'x-signature-primary', moreHeaders: ['x-signature-secondary'] },
    encoding: 'base64',
  },
  type: [{ json: '/eventType' }],
});
