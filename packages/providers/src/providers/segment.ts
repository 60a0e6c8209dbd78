import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const segment = definePreset({
  id: 'segment',
  name: 'Segment',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/segmentio/action-destinations/blob/HEAD/packages/destination-actions/src/destinations/webhook/index.ts',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/messageId' },
    names: 'the event',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({ where: 'the settings of the Webhooks destination', secret: 'the Shared Secret' }),
  documentation: 'https://segment.com/docs/connections/destinations/catalog/webhooks/',
  scheme: { signature: { header: 'x-signature' }, encoding: 'hex', hash: 'sha1' },
  type: [{ json: '/type' }],
});
