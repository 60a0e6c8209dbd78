import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';
import type { Provider } from '../provider/provider.ts';
import { METHODS_OPTION } from '../provider/request-methods.ts';
import { optionOf } from '../provider/source-options.ts';
import type { VerificationScheme } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { compileTokenScheme } from '../schemes/token.ts';

const HEADER = /^[A-Za-z0-9_.-]{1,100}$/;

const preset = definePreset({
  id: 'api-key',
  name: 'Any sender with an API key in a header',
  evidence: [{ kind: 'standard', source: 'https://www.rfc-editor.org/rfc/rfc9110', checkedOn: '2026-11-29' }],
  identity: { id: 'none', because: 'the sender is unknown', retries: 'unknown' },
  setup: sendHeader({
    where: 'the webhook settings of the sender',
    secret: 'X-API-Key with that text',
    notes: ['If the sender uses another header, set the option header to its name.'],
  }),
  options: {
    methods: METHODS_OPTION,
    header: {
      description: 'Name of the header with the key. Default X-API-Key.',
      required: false,
      check: (value) => (HEADER.test(value) ? undefined : 'The value must be the name of a header.'),
    },
  },
  scheme: { token: { header: 'x-api-key' } },
  mayBeText: true,
  type: [{ json: '/type' }],
});

const schemeFor = cacheBySecret<VerificationScheme>(
  (header) => compileTokenScheme({ token: { header } }),
  1_000,
);

/** The preset without its header, which a source may set. */
export const apiKey: Provider = {
  ...preset,
  verify(input) {
    const header = optionOf(input, 'header');
    if (header === undefined) return preset.verify(input);
    return HEADER.test(header)
      ? schemeFor(header.toLowerCase()).verify(input)
      : reject('invalid_option', 'The option "header" must be the name of a header.');
  },
};
