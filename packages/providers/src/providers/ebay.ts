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
 * `X-EBAY-SIGNATURE`: JSON in base64, with an ECDSA signature of the body in it. eBay gives its key only to those with
 * an application token, so that it stands in the place of the secret.
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
      names: 'the notification; publishAttemptCount counts tries',
      unique: 'everywhere',
      stable: true,
      retries: true,
    },
    setup: [
      'Think of a verification token of 32 to 80 letters, digits, "_" and "-", and store it here as the verify token.',
      'In the developer portal of eBay, under Alerts and Notifications, enter the address of this source, exactly as it is shown, and the token. eBay asks with a challenge, which is answered here.',
      'Choose Send Test Notification: it is refused, and among the rejections of this source you find its X-EBAY-SIGNATURE. Decode it (base64): "kid" in it is the id of the key.',
      'Ask the API of eBay for that key (GET /commerce/notification/v1/public_key/<id>), and store "key" of the answer, in PEM, as the secret of this source.',
      'eBay may change its key. If all its requests are refused from one day on, repeat the last two steps and add the new key.',
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
    // Said only once there is something to verify with.
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
    return reject('malformed_handshake', 'What eBay asks to be given back is not of the form it has.');
  }
  const [token] = config.verifyTokens.filter((verifyToken) => verifyToken !== '');
  if (token === undefined) {
    return reject('no_verify_token', 'No verify token is configured, so the handshake cannot be answered.');
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
