import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const cloudinary = definePreset({
  id: 'cloudinary',
  name: 'Cloudinary',
  evidence: ['official-sdk'],
  setup: useKey({
    where: 'the Cloudinary settings, under Webhook Notifications',
    secret: 'the API secret of the product environment',
    notes: ['Only signatures with SHA-1, the default of Cloudinary, are understood here.'],
  }),
  documentation: 'https://cloudinary.com/documentation/notifications',
  scheme: {
    signature: { header: 'x-cld-signature' },
    encoding: 'hex',
    hash: 'sha1',
    keyed: 'digest',
    message: '{body}{timestamp}{secret}',
    timestamp: { header: 'x-cld-timestamp', toleranceSeconds: 7200 },
  },
  type: [{ json: '/notification_type' }],
  deliveryId: { json: '/notification_id' },
});
