import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const deel = definePreset({
  id: 'deel',
  name: 'Deel',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.deel.com/docs/webhooks-get-started',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ json: '/data/meta/tracking_id' }, { hash: 'body' }],
    names: 'nobody says what the tracking id names, so the body is a part of it',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: copySecret({ where: 'the developer center of Deel, under Webhooks', secret: 'the signing key' }),
  documentation: 'https://developer.deel.com/docs/webhooks',
  scheme: { signature: { header: 'x-deel-signature' }, encoding: 'hex', message: 'POST{body}' },
});
