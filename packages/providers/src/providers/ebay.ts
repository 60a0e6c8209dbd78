import { createHash } from 'node:crypto';
import { calledUrlOption } from '../presets/define-preset.ts';
import { defineProvider } from '../presets/define-provider.ts';
import type { HandshakeConfig, HandshakeResult } from '../provider/interpretation.ts';
import { optionOf } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { textAt } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { decodeStrictBase64 } from '../schemes/decode-signature.ts';
import { compilePublicKeyScheme } from '../schemes/public-key.ts';

const SIGNATURE = 'x-ebay-signature';
const CHALLENGE = /^[A-Za-z0-9._~-]{1,200}$/;
const scheme = compilePublicKeyScheme({
  keyType: 'ec',
  hash: 'sha1',
  signature: { header: SIGNATURE },
  encoding: 'base64',
});

/**
 * `X-EBAY-SIGNATURE`: JSON in base64 that contains an ECDSA signature of the body. eBay returns its public key only for
 * requests with an application token. So the public key is stored as the secret.
 */
export const ebay = defineProvider(
  {
    id: 'ebay',
    name: 'eBay',
    evidence: [
      {
        kind: 'official-sdk',
        source: 'https://github.com/eBay/event-notification-nodejs-sdk/blob/HEAD/lib/validator.js',
        checkedOn: '2026-11-30',
      },
      {
        kind: 'official-docs',
        source: 'https://developer.ebay.com/api-docs/commerce/notification/overview.html',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: { json: '/notification/notificationId' },
      names: 'the notification; publishAttemptCount counts attempts',
      unique: 'everywhere',
      stable: true,
      retries: true,
    },
    setup: [
      'Generate a verification token of 32 to 80 letters, digits, "_" and "-", and store it here as the verify token.',
      'In the developer portal of eBay, under Alerts and Notifications, enter the address of this source, exactly as Hookline shows it, and the token. eBay sends a challenge, and Hookline answers.',
      'Choose Send Test Notification. Hookline refuses it. Find its X-EBAY-SIGNATURE in the rejections of this source and decode it (base64): "kid" is the id of the key.',
      'Request that key from the API of eBay (GET /commerce/notification/v1/public_key/<id>), and store "key" of the response, in PEM, as the secret of this source.',
      'eBay may change its key. If Hookline suddenly refuses all its requests, repeat the last two steps and add the new key.',
    ],
    documentation: 'https://developer.ebay.com/api-docs/commerce/notification/overview.html',
    options: { url: calledUrlOption('eBay') },
    type: [{ json: '/metadata/topic' }],
    subject: [{ json: '/notification/data/userId' }, { json: '/notification/data/itemId' }],
    time: { json: '/notification/eventDate', unit: 'iso' },
    eventTypes: `MARKETPLACE_ACCOUNT_DELETION AUTHORIZATION_REVOCATION ITEM_PRICE_REVISION ITEM_AVAILABILITY
      PRIORITY_LISTING_REVISION ITEM_MARKED_SHIPPED ORDER_CONFIRMATION`,
    answer: { status: 204 },
    answerWithinMs: 3_000,
  },
  { verify, checkSecret: scheme.checkSecret, handshake },
);

function verify(input: VerificationInput): VerificationResult {
  const { request } = input;
  const header = readSingleHeader(request, SIGNATURE, 'missing_signature');
  if (typeof header !== 'string') {
    // Reported only if there is a key to verify with.
    return scheme.verify(input);
  }
  const parsed = parseJson(decodeStrictBase64(header) ?? Buffer.alloc(0));
  const signature = parsed.ok ? textAt(parsed.value, 'signature') : undefined;
  return scheme.verify({
    ...input,
    request: { ...request, headers: { ...request.headers, [SIGNATURE]: [signature ?? '!'] } },
  });
}

function handshake(request: InboundRequest, config: HandshakeConfig): HandshakeResult | undefined {
  if (request.method !== 'GET') return undefined;
  const codes = request.query.getAll('challenge_code');
  const [code = ''] = codes;
  if (codes.length === 0) return undefined;
  if (codes.length > 1 || !CHALLENGE.test(code)) {
    return reject('malformed_handshake', 'The challenge of eBay has an unexpected form.');
  }
  const [token] = config.verifyTokens.filter((verifyToken) => verifyToken !== '');
  if (token === undefined) {
    return reject(
      'no_verify_token',
      'No verify token is configured, so Hookline cannot answer the handshake.',
    );
  }
  const endpoint = optionOf(config, 'url') ?? request.url.split('?', 1)[0] ?? '';
  const challengeResponse = createHash('sha256').update(code).update(token).update(endpoint).digest('hex');
  return {
    ok: true,
    answer: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ challengeResponse }),
    },
    reason: 'ebay_handshake',
  };
}
