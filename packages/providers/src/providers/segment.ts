import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const segment = definePreset({
  id: 'segment',
  name: 'Segment',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/segmentio/action-destinations/blob/HEAD/packages/destination-actions/src/destinations/webhook/index.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/segmentio/action-destinations/blob/HEAD/packages/destination-actions/src/destinations/webhook/send/index.ts',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ json: '/messageId' }, { hash: 'body' }],
    names: 'the event in one mapping',
    unique: 'account',
    stable: true,
    retries: true,
    retriesForSeconds: 14_400,
  },
  setup: chooseSecret({ where: 'the settings of the Webhooks destination', secret: 'the Shared Secret' }),
  documentation: 'https://segment.com/docs/connections/destinations/catalog/webhooks/',
  caution:
    'Segment signs only the first event of a batch: anyone who has seen a signed event can append other events. Switch batches off (batch_size 0), so that every event is signed.',
  methods: ['POST', 'PUT', 'PATCH'],
  scheme: {
    signature: { header: 'x-signature' },
    encoding: 'hex',
    hash: 'sha1',
    message: '{bodyOrFirstItem}',
    bodyNotCovered: true,
  },
  batch: '',
  type: [{ json: '/type' }],
  subject: [{ json: '/userId' }, { json: '/anonymousId' }],
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: 'track identify page screen group alias',
});
