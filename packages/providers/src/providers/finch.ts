import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const finch = definePreset({
  id: 'finch',
  name: 'Finch',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/Finch-API/finch-api-node/blob/HEAD/tests/api-resources/webhooks.test.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/Finch-API/finch-api-node/blob/HEAD/src/resources/webhooks.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/Finch-API/docs/blob/HEAD/developer-resources/Webhooks.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'finch-event-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 9_305,
  },
  setup: copySecret({
    where: 'the Finch dashboard, under Webhooks',
    secret: 'the webhook secret, which is shown only once,',
  }),
  documentation: 'https://developer.tryfinch.com',
  scheme: {
    signature: { header: 'finch-signature', separators: ' ', prefix: 'v1,' },
    encoding: 'base64',
    key: { base64After: 'whsec_' },
    message: '{header:finch-event-id}.{timestamp}.{body}',
    timestamp: { header: 'finch-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ json: '/event_type' }],
  source: [{ json: '/company_id' }],
  subject: [{ json: '/data/individual_id' }, { json: '/data/payment_id' }, { json: '/data/job_id' }],
  eventTypes: `account.updated job.data_sync_all.completed job.benefit_create.completed
    job.benefit_register.completed job.benefit_update.completed job.benefit_enroll.completed
    job.benefit_unenroll.completed company.updated directory.created directory.updated directory.deleted
    employment.created employment.updated employment.deleted individual.created individual.updated
    individual.deleted payment.created payment.updated payment.deleted pay_statement.created
    pay_statement.updated pay_statement.deleted`,
  control: [{ when: { json: '/event_type', equals: 'test' }, kind: 'test', type: 'test' }],
});
