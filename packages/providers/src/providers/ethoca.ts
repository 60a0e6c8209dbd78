import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const ethoca = definePreset({
  id: 'ethoca',
  name: 'Ethoca',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://developer.mastercard.com/ethoca-alerts-for-merchants/documentation/api-reference/push-api-ref/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: choosePassword({
    where: 'the webhook settings of Ethoca',
  }),
  scheme: { token: { authorization: 'basic' } },
});
