import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const anthropic = definePreset({
  id: 'anthropic',
  aliases: ['claude'],
  name: 'Anthropic',
  evidence: [
    { kind: 'official-sdk', source: 'https://platform.claude.com/docs', checkedOn: '2026-11-29' },
    {
      kind: 'official-docs',
      source: 'https://platform.claude.com/docs/managed-agents/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the Claude Console, under Webhooks', secret: 'the signing secret (whsec_…)' }),
  documentation: 'https://platform.claude.com/docs',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/data/type' }],
  eventTypes: `session.status_run_started session.status_idled session.status_rescheduled session.status_terminated
    session.thread_created session.thread_idled session.thread_terminated
    session.outcome_evaluation_ended vault.created vault.archived vault.deleted vault_credential.created
    vault_credential.archived vault_credential.deleted vault_credential.refresh_failed`,
});
