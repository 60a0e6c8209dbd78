import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const statsig = definePreset({
  id: 'statsig',
  name: 'Statsig',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.statsig.com/integrations/event_webhook',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/timeUUID' },
    names: 'the event; changes of configuration have no id',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'the Statsig console, under Project settings, Integrations, Event Webhook',
    secret: 'the signing secret',
  }),
  documentation: 'https://docs.statsig.com/integrations/event_webhook',
  scheme: {
    signature: { header: 'x-statsig-signature', prefix: 'v0=' },
    encoding: 'hex',
    message: 'v0:{timestamp}:{body}',
    timestamp: { header: 'x-statsig-request-timestamp', unit: 'ms', dates: 'unknown', toleranceSeconds: 300 },
  },
  // Changes of configuration are in a member of the body; events of an application are the body itself.
  batch: '/data',
  batchMayBeBody: true,
  type: [
    {
      json: '/eventName',
      named: {
        'statsig::config_change': 'config_change',
        'statsig::gate_exposure': 'gate_exposure',
        'statsig::config_exposure': 'config_exposure',
        'statsig::experiment_exposure': 'experiment_exposure',
        'statsig::layer_exposure': 'layer_exposure',
      },
    },
  ],
  subject: [{ json: '/metadata/gate' }, { json: '/metadata/config' }, { json: '/metadata/name' }],
  time: { json: '/timestamp', unit: 'ms' },
});
