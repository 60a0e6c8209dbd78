import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const cloudinary = definePreset({
  id: 'cloudinary',
  name: 'Cloudinary',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/cloudinary/cloudinary_npm/blob/master/lib/utils/index.js',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://cloudinary.com/documentation/notifications',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'secondary',
      source: 'https://asyncapi.apis.io/asyncapis/cloudinary/cloudinary-notifications-asyncapi/',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/notification_id' },
    otherwise: [{ json: '/notification_context/triggered_at' }, { hash: 'body' }],
    names: 'the notification; without an id, the hashed bytes, which contain the time of the action',
    unique: 'unknown',
    stable: 'unknown',
    // Three retries, after 3, 6 and 9 minutes.
    retries: true,
    retriesForSeconds: 1_080,
  },
  setup: useKey({
    where: 'the Cloudinary settings, under Webhook Notifications',
    secret:
      'the API secret of the key that signs notifications (signature_key in a notification is the id of the key)',
    notes: [
      'Keep the default authentication scheme of the webhook. With the newer scheme alone (eddsa_v2), Cloudinary sends no X-Cld-Signature. Hookline verifies X-Cld-Signature with SHA-1 or SHA-256.',
    ],
  }),
  documentation: 'https://cloudinary.com/documentation/notifications',
  scheme: {
    signature: { header: 'x-cld-signature' },
    encoding: 'hex',
    // The algorithm is a setting of the account.
    hash: ['sha1', 'sha256'],
    keyed: 'digest',
    message: '{body}{timestamp}{secret}',
    timestamp: { header: 'x-cld-timestamp', dates: 'unknown', toleranceSeconds: 7200 },
  },
  type: [{ json: '/notification_type' }],
  subject: [{ json: '/public_id' }, { json: '/asset_id' }],
  time: [
    { json: '/notification_context/triggered_at', unit: 'iso' },
    { json: '/timestamp', unit: 'iso' },
  ],
  eventTypes: `access_control_changed bulk_refresh_auto_fetch create_folder delete delete_by_token
    delete_folder eager error explode generate_archive info invalidate_custom_cdn moderation
    moderation_summary move move_or_rename_asset_folder multi proof_status_changed publish related_assets
    rename report resource_context_changed resource_display_name_changed resource_metadata_changed
    resource_tags_changed restore_asset_version sprite upload`,
});
