import { defineProvider } from '../presets/define-provider.ts';
import { compileEd25519Scheme } from '../schemes/ed25519.ts';
import { compilePublishedScheme, readJwks } from '../schemes/published-scheme.ts';

/**
 * Ed25519 by a key that fal publishes, the same for all its users: so the id of the user is the source's, and not what
 * the header says.
 */
export const fal = defineProvider(
  {
    id: 'fal',
    name: 'fal',
    evidence: [
      { kind: 'official-docs', source: 'https://fal.ai/docs/model-apis/webhooks', checkedOn: '2026-11-30' },
    ],
    identity: {
      id: { json: '/request_id' },
      names: 'the request, which has one result',
      unique: 'everywhere',
      stable: true,
      retries: true,
      retriesForSeconds: 7_200,
    },
    setup: [
      'Store the id of your user at fal here as the option "userId". If you do not know it, send one request with the address of this source: it is refused, and among the rejections you find it as X-Fal-Webhook-User-Id.',
      'Name the address of this source as webhook_url of your requests to the queue (by HTTP: as the parameter fal_webhook).',
    ],
    documentation: 'https://fal.ai/docs/model-apis/webhooks',
    options: {
      userId: {
        description: 'The id of your user at fal, as X-Fal-Webhook-User-Id has it.',
        required: true,
        check: (value) => (/^[\x21-\x7e]{1,200}$/.test(value) ? undefined : 'It is not an id of fal.'),
      },
    },
    type: [{ json: '/status' }],
    eventTypes: 'OK ERROR',
    answerWithinMs: 15_000,
  },
  compilePublishedScheme(
    compileEd25519Scheme({
      signature: { header: 'x-fal-webhook-signature' },
      encoding: 'hex',
      message: '{header:x-fal-webhook-request-id}\n{option:userId}\n{timestamp}\n{bodySha256}',
      timestamp: { header: 'x-fal-webhook-timestamp', dates: 'unknown', toleranceSeconds: 300 },
      publicKeyPrefix: '',
      publicKeyEncoding: 'base64url',
    }),
    'https://rest.fal.ai/.well-known/jwks.json',
    readJwks,
  ),
);
