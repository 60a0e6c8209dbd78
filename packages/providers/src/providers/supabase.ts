import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

/** The secret has two prefixes. A comma and a space separate several signatures. */
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
    names: 'the call of the hook; webhook-id identifies the attempt',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Supabase dashboard, under Authentication, Hooks',
    secret: 'the secret (v1,whsec_…) with all its prefixes',
    notes: [
      'Choose only hooks that inform or ask for permission, such as Before User Created: Hookline always permits. Custom Access Token, MFA Verification and Password Verification require a decision in the answer, so they fail. With Send Email or Send SMS, the receiver of the events must send the message.',
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
  // Supabase treats a 200 without a content type as an error, and then no user can sign in.
  answer: { status: 204 },
  // For all three attempts together.
  answerWithinMs: 5_000,
});
