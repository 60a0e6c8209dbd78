import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const auth0 = definePreset({
  id: 'auth0',
  name: 'Auth0 Log Streams',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/auth0/docs-v2/blob/main/main/docs/customize/log-streams/custom-log-streams.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/log_id' },
    names: 'the entry of the log',
    unique: 'account',
    stable: 'unknown',
    retries: true,
  },
  setup: chooseSecret({
    where: 'the Auth0 dashboard, under Monitoring, Streams, as a custom webhook',
    secret: 'the Authorization Token',
    notes: [
      'Choose JSON Array as the content format: Hookline refuses lines of JSON.',
      'Set an Authorization Token: without it Auth0 sends no header, and Hookline refuses its requests.',
    ],
  }),
  documentation: 'https://auth0.com/docs/customize/log-streams',
  scheme: { token: { header: 'authorization' } },
  batch: '',
  type: [{ json: '/data/type' }],
  subject: { json: '/data/user_id' },
  time: { json: '/data/date', unit: 'iso' },
  eventTypes: `s f fp fu ss fs slo flo scp scpr fcp fcpr seacft feacft sepft fepft seccft feccft sertft fertft ssa
    fsa sapi fapi limit_wc limit_mu pwd_leak w depnote`,
});
