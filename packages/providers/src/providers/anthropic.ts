import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const anthropic = definePreset({
  id: 'anthropic',
  aliases: ['claude'],
  name: 'Anthropic',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://platform.claude.com/docs/en/api/typescript/beta/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://platform.claude.com/docs/managed-agents/webhooks',
      checkedOn: '2026-11-30',
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
  documentation: 'https://platform.claude.com/docs/managed-agents/webhooks',
  scheme: standardWebhooksUnder('webhook', 'attempt'),
  type: [{ json: '/data/type' }],
  source: [{ json: '/data/organization_id' }, { json: '/data/workspace_id' }],
  subject: { json: '/data/id' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `agent.archived agent.created agent.deleted agent.updated deployment.archived deployment.created
    deployment.deleted deployment.paused deployment.unpaused deployment.updated deployment_run.failed
    deployment_run.started deployment_run.succeeded environment.archived environment.created
    environment.deleted environment.updated external_key.failed external_key.recovered
    external_storage.failed external_storage.recovered memory_store.archived memory_store.created
    memory_store.deleted session.archived session.budget_reached session.created session.deleted
    session.idled session.outcome_evaluation_ended session.pending session.requires_action session.running
    session.status_idled session.status_rescheduled session.status_run_started session.status_scheduled
    session.status_terminated session.thread_created session.thread_idled session.thread_terminated
    session.updated user_profile.enforcement_action_opened user_profile.enforcement_action_resolved
    user_profile.program_status_updated vault.archived vault.created vault.deleted
    vault_credential.archived vault_credential.created vault_credential.deleted
    vault_credential.refresh_failed`,
});
