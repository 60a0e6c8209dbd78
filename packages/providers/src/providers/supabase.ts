import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

/** The secret stands behind two prefixes. */
export const supabase = definePreset({
  id: 'supabase',
  name: 'Supabase Auth Hooks',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/supabase/auth/blob/HEAD/internal/hooks/hookshttp/hookshttp.go',
      checkedOn: '2026-11-29',
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
  }),
  documentation: 'https://supabase.com/docs/guides/auth/auth-hooks',
  scheme: { ...standardWebhooksUnder('webhook'), key: { base64After: ['v1,', 'whsec_'] } },
  type: [{ json: '/type' }],
});
