import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const npm = definePreset({
  id: 'npm',
  name: 'npm',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/npm/npm-hook-receiver/blob/HEAD/index.js',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/npm/documentation/blob/HEAD/content/cli/v10/commands/npm-hook.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: chooseSecret({
    where: 'npm of version 10 or older, with the command npm hook add',
    secret: 'the secret',
    notes: [
      'npm 11 no longer has this command, and it is not documented whether the registry still sends hooks.',
    ],
  }),
  documentation: 'https://docs.npmjs.com/cli/v10/commands/npm-hook',
  scheme: { signature: { header: 'x-npm-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  source: [{ json: '/hookOwner/username' }],
  subject: { json: '/name' },
  time: { json: '/time', unit: 'ms' },
  eventTypes: `package:publish package:unpublish package:dist-tag package:dist-tag-rm package:deprecated
    package:undeprecated package:owner package:owner-rm package:star package:unstar package:change`,
});
