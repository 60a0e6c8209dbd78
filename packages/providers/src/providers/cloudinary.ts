import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const cloudinary = definePreset({
  id: 'cloudinary',
  name: 'Cloudinary',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://cloudinary.com/documentation/notification_signatures',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/notification_id' },
    names: 'the notification',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the Cloudinary settings, under Webhook Notifications',
    secret: 'the API secret of the key that signs notifications (its id is signature_key in them)',
  }),
  documentation: 'https://cloudinary.com/documentation/notifications',
  scheme: {
    signature: { header: 'x-cld-signature' },
    encoding: 'hex',
    // As the account is set.
    hash: ['sha1', 'sha256'],
    keyed: 'digest',
    message: '{body}{timestamp}{secret}',
    timestamp: { header: 'x-cld-timestamp', dates: 'unknown', toleranceSeconds: 7200 },
  },
  type: [{ json: '/notification_type' }],
});
