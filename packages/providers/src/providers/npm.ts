import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const npm = definePreset({
  id: 'npm',
  name: 'npm',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/npm/documentation/blob/HEAD/content/cli/v11/using-npm/changelog.mdx',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: chooseSecret({ where: 'the command npm hook add', secret: 'the secret' }),
  documentation: 'https://docs.npmjs.com',
  scheme: { signature: { header: 'x-npm-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/event' }],
});
