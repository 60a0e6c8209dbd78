import { defineProvider } from '../presets/define-provider.ts';
import { compilePublicKeyScheme } from '../schemes/public-key.ts';
import { compilePublishedScheme, readJwks } from '../schemes/published-scheme.ts';

/** RSA-SHA256 over timestamp and body, with a key that ShipEngine publishes, the same for all its customers. */
export const shipstation = defineProvider(
  {
    id: 'shipstation',
    aliases: ['shipengine'],
    name: 'ShipStation (API V2, ShipEngine)',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://docs.shipstation.com/apis/docs/guides/webhooks-validation',
        checkedOn: '2026-11-30',
      },
      {
        kind: 'official-docs',
        source: 'https://docs.shipstation.com/apis/docs/guides/webhooks-schemas',
        checkedOn: '2026-11-30',
      },
    ],
    identity: { id: 'none', retries: 'unknown' },
    setup: [
      'Through the environment API of ShipStation (POST /v2/environment/webhooks), create a webhook with the address of this source for each event.',
      'Keep the address secret: other customers of ShipStation can send their events to it.',
    ],
    documentation: 'https://www.shipengine.com/docs/webhooks/#validating-webhooks',
    caution:
      'ShipStation signs with the same keys for all its customers: a valid signature does not prove that an event is from your account.',
    type: [{ json: '/resource_type' }],
    subject: [{ json: '/data/tracking_number' }, { json: '/resource_url' }],
    eventTypes: 'BATCH_PROCESSED_V2 TRACK_EVENT_V2 API_BATCH API_TRACK',
  },
  compilePublishedScheme(
    compilePublicKeyScheme({
      keyType: 'rsa',
      hash: 'sha256',
      signature: { header: 'x-shipengine-rsa-sha256-signature' },
      encoding: 'base64',
      message: '{timestamp}.{body}',
      timestamp: { header: 'x-shipengine-timestamp', unit: 'iso', dates: 'unknown', toleranceSeconds: 300 },
    }),
    'https://api.shipengine.com/jwks',
    readJwks,
  ),
);
