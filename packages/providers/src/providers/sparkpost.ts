import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

const KINDS = [
  'message_event',
  'track_event',
  'gen_event',
  'unsubscribe_event',
  'relay_event',
  'ab_test_event',
  'ingest_event',
] as const;

/** An item of the batch is `{"msys":{"<kind>":{…}}}`. */
const inEachKind = (name: string) => KINDS.map((kind) => ({ json: `/msys/${kind}/${name}` }) as const);

export const sparkpost = definePreset({
  id: 'sparkpost',
  name: 'SparkPost',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.bird.com/api/email-api/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/SparkPost/support-docs/blob/HEAD/content/docs/tech-resources/webhook-authentication.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { firstOf: inEachKind('event_id') },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 28_800,
  },
  setup: choosePassword({
    where: 'SparkPost, under Configuration, Webhooks, with Basic Auth as authentication',
    notes: ['Store the secret first: SparkPost sends a test batch immediately, and Hookline answers.'],
  }),
  documentation: 'https://docs.bird.com/api/email-api/webhooks',
  caution: 'Nothing is signed: every request contains the user name and the password.',
  scheme: { token: { authorization: 'basic' } },
  batch: '',
  type: [{ firstOf: inEachKind('type') }],
  subject: inEachKind('rcpt_to'),
  time: inEachKind('timestamp').map((place) => ({ ...place, unit: 's' }) as const),
  eventTypes: `injection delivery delay bounce out_of_band spam_complaint policy_rejection sms_status open
    initial_open click amp_open amp_initial_open amp_click generation_failure generation_rejection
    list_unsubscribe link_unsubscribe relay_injection relay_rejection relay_delivery relay_tempfail
    relay_permfail ab_test_completed ab_test_cancelled success error`,
});
