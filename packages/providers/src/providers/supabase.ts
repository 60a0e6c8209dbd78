import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

/** The secret stands behind two prefixes; several signatures are separated by a comma and a space. */
export const supabase = definePreset({
  id: 'supabase',
  name: 'Supabase Auth Hooks',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://supabase.com/docs/guides/auth/auth-hooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/supabase/auth/blob/HEAD/internal/hooks/hookshttp/hookshttp.go',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/metadata/uuid' },
    otherwise: { header: 'webhook-id' },
    names: 'the call of the hook; webhook-id names the try',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Supabase dashboard, under Authentication, Hooks',
    secret: 'the secret (v1,whsec_…) with all its prefixes',
    notes: [
      'Choose only hooks that tell or permit, such as Before User Created: what comes is always permitted. Custom Access Token, MFA Verification and Password Verification want a decision in the answer and fail here, and after Send Email or Send SMS nobody sends the message.',
    ],
  }),
  documentation: 'https://supabase.com/docs/guides/auth/auth-hooks',
  scheme: { ...standardWebhooksUnder('webhook', 'attempt'), key: { base64After: ['v1,', 'whsec_'] } },
  type: [{ json: '/metadata/name' }],
  subject: { json: '/user/id' },
  time: { json: '/metadata/time', unit: 'iso' },
  alwaysSends: ['metadata'],
  eventTypes: `send-sms send-email customize-access-token mfa-verification password-verification
    before-user-created after-user-created`,
  // A 200 without a content type is an error to Supabase, and then nobody signs in.
  answer: { status: 204 },
  // For all three tries together.
  answerWithinMs: 5_000,
});
