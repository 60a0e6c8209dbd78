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
  eventTypes: `autoscaling_config_changed autoscaling_ended autoscaling_started branch_deleted build_ended
    build_started commit_ignored cron_job_run_ended cron_job_run_started deploy_ended
    deploy_started disk_created disk_deleted disk_updated image_pull_failed instance_count_changed
    job_run_ended maintenance_ended maintenance_mode_enabled maintenance_mode_uri_updated
    maintenance_started plan_changed pre_deploy_ended pre_deploy_started server_available
    server_failed server_hardware_failure server_restarted service_resumed service_suspended
    zero_downtime_redeploy_ended zero_downtime_redeploy_started`,
});
