import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const bunnyPlatform = definePreset({
  id: 'bunny-platform',
  name: 'Bunny Platform',
  evidence: [
    { kind: 'official-sdk', source: 'https://github.com/bunnyapp/bunny-node', checkedOn: '2026-11-29' },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: copySecret({ where: 'the webhook settings of Bunny Platform', secret: 'the signing secret' }),
  documentation: 'https://docs.bunny.net',
  scheme: { signature: { header: 'x-bunny-signature' }, encoding: 'hex', hash: 'sha1' },
});
