import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const render = definePreset({
  id: 'render',
  name: 'Render',
  evidence: [{ kind: 'official-docs', source: 'https://render.com/docs/webhooks', checkedOn: '2026-11-30' }],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Render dashboard, under Integrations, Webhooks',
    secret: 'the signing secret (whsec_…)',
  }),
  documentation: 'https://render.com/docs/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/type' }],
  subject: { json: '/data/serviceId' },
  time: { json: '/timestamp', unit: 'iso' },
  answerWithinMs: 15_000,
  eventTypes: `artifact_fetch_failed artifact_source_changed auto_deploy_disabled auto_deploy_enabled
    autoscaling_config_changed autoscaling_ended autoscaling_started branch_deleted
    build_ended build_started commit_ignored cron_job_run_ended cron_job_run_started
    deploy_ended deploy_started disk_created disk_deleted disk_updated edge_cache_disabled
    edge_cache_enabled edge_cache_purged image_pull_failed instance_count_changed
    job_run_ended key_value_available key_value_config_restart key_value_unhealthy
    maintenance_ended maintenance_mode_enabled maintenance_mode_uri_updated
    maintenance_started pipeline_minutes_exhausted plan_changed postgres_available
    postgres_backup_completed postgres_backup_failed postgres_backup_started
    postgres_cluster_leader_changed postgres_created postgres_credentials_created
    postgres_credentials_deleted postgres_disk_autoscaling_enabled_changed
    postgres_disk_size_changed postgres_ha_status_changed postgres_pitr_checkpoint_completed
    postgres_pitr_checkpoint_failed postgres_pitr_checkpoint_started
    postgres_read_replica_stale postgres_read_replicas_changed postgres_restarted
    postgres_restore_failed postgres_restore_succeeded postgres_unavailable
    postgres_upgrade_failed postgres_upgrade_started postgres_upgrade_succeeded
    postgres_wal_archive_failed pre_deploy_ended pre_deploy_started server_available
    server_failed server_hardware_failure server_restarted service_resumed service_suspended
    zero_downtime_redeploy_ended zero_downtime_redeploy_started`,
});
