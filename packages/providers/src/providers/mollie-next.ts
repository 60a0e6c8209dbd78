import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const mollieNext = definePreset({
  id: 'mollie-next',
  aliases: ['mollie'],
  name: 'Mollie (next-generation webhooks)',
  evidence: [
    { kind: 'official-sdk', source: 'https://github.com/mollie/mollie-api-php', checkedOn: '2026-11-29' },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: copySecret({
    where: 'the Mollie dashboard, under Developers, Webhooks',
    secret: 'the signing secret',
    notes: ['Classic webhooks of Mollie are not signed: they need the provider allow-list.'],
  }),
  documentation: 'https://docs.mollie.com/reference/webhooks-new',
  scheme: {
    signature: { header: 'x-mollie-signature', separators: ', ', prefix: 'sha256=' },
    encoding: 'hex',
  },
  type: [{ json: '/type' }],
});
