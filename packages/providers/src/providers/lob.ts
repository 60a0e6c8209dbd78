import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/**
 * The signed message is known from third-party programs only, and the meaning of the timestamp is not documented. So
 * the age of the timestamp is not checked. The id of the event protects against replays.
 */
export const lob = definePreset({
  id: 'lob',
  name: 'Lob',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/lob/lob-openapi/blob/HEAD/resources/events/models/events.yml',
      checkedOn: '2026-11-30',
    },
    { kind: 'secondary', source: 'https://github.com/MuckRock/muckrock', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({ where: 'the Lob dashboard, under Webhooks', secret: 'the secret of the webhook' }),
  documentation: 'https://docs.lob.com',
  scheme: {
    signature: { header: 'lob-signature' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: { header: 'lob-signature-timestamp', unit: 'auto', dates: 'unknown', toleranceSeconds: null },
  },
  type: [{ json: '/event_type/id' }],
  subject: { json: '/reference_id' },
  time: { json: '/date_created', unit: 'iso' },
  eventTypes: `postcard.created postcard.rendered_pdf postcard.rendered_thumbnails postcard.deleted
    postcard.billed postcard.delivered postcard.failed postcard.mailed postcard.in_transit
    postcard.in_local_area postcard.international_exit postcard.processed_for_delivery postcard.re-routed
    postcard.returned_to_sender postcard.viewed letter.created letter.rendered_pdf
    letter.rendered_thumbnails letter.deleted letter.billed letter.delivered letter.failed letter.mailed
    letter.in_transit letter.in_local_area letter.international_exit letter.processed_for_delivery
    letter.re-routed letter.returned_to_sender letter.viewed self_mailer.created self_mailer.rendered_pdf
    self_mailer.rendered_thumbnails self_mailer.deleted self_mailer.billed self_mailer.delivered
    self_mailer.failed self_mailer.mailed self_mailer.in_transit self_mailer.in_local_area
    self_mailer.international_exit self_mailer.processed_for_delivery self_mailer.re-routed
    self_mailer.returned_to_sender self_mailer.viewed check.created check.rendered_pdf
    check.rendered_thumbnails check.deleted check.billed check.delivered check.failed check.mailed
    check.in_transit check.in_local_area check.international_exit check.processed_for_delivery
    check.re-routed check.returned_to_sender letter.certified.mailed letter.certified.in_transit
    letter.certified.in_local_area letter.certified.processed_for_delivery letter.certified.re-routed
    letter.certified.returned_to_sender letter.certified.delivered letter.certified.pickup_available
    letter.certified.issue address.created address.deleted bank_account.created bank_account.deleted
    bank_account.verified`,
});
