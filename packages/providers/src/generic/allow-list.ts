import { definePreset } from '../presets/define-preset.ts';
import { METHODS_OPTION } from '../provider/request-methods.ts';

export const allowList = definePreset({
  id: 'allow-list',
  name: 'Any sender with fixed addresses',
  evidence: [{ kind: 'standard', source: 'https://www.rfc-editor.org/rfc/rfc4632', checkedOn: '2026-11-29' }],
  identity: { id: 'none', because: 'the sender is unknown', retries: 'unknown' },
  setup: [
    'Set the allowed addresses of this source to the documented addresses of the sender. Without allowed addresses the source refuses every request.',
    'Enter the address of this source at the sender. The source needs no secret.',
  ],
  scheme: { allowedAddressesOnly: true },
  options: { methods: METHODS_OPTION },
  mayBeText: true,
  type: [{ json: '/type' }],
});
