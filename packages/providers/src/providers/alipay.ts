import { toTimeMs } from '../events/times.ts';
import { calledUrlOption } from '../presets/define-preset.ts';
import { defineProvider } from '../presets/define-provider.ts';
import { optionOf, requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { checkAgeOf } from '../schemes/check-age.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { decodeBase64Signature, isSignedBy, parsePublicKey } from '../schemes/public-key.ts';
import { readKeys } from '../schemes/usable-secrets.ts';

const TOLERANCE_SECONDS = 300;
const ACKNOWLEDGEMENT = '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}';
/** No dot, so that no byte can move from one part of the signed message to another. */
const CLIENT_ID = /^[\x21-\x2d\x2f-\x7e]{1,128}$/;

/**
 * `Signature`: RSA-SHA256 over method, address, `Client-Id`, `Request-Time` and body, by the key of Alipay, which is
 * the secret here. Alipay repeats a notification until it receives a fixed acknowledgement, which need not be signed.
 * It is not documented whether a retry has a new time.
 */
export const alipay = defineProvider(
  {
    id: 'alipay',
    aliases: ['antom'],
    name: 'Alipay+ and Antom',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://docs.antom.com/ac/cashierpay/notifications',
        checkedOn: '2026-11-30',
      },
      {
        kind: 'official-docs',
        source: 'https://global.alipay.com/docs/ac/ams/digital_signature',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-sdk',
        source:
          'https://github.com/alipay/global-open-sdk-java/blob/master/src/main/java/com/alipay/global/api/tools/WebhookTool.java',
        checkedOn: '2026-11-30',
      },
    ],
    identity: {
      id: 'none',
      because: 'the ids identify the payment',
      retries: true,
      retriesForSeconds: 87_720,
    },
    setup: [
      'In the Antom dashboard, under Developer, Key configuration, copy the public key of Antom and store it here as the secret. Set the client id as the option "clientId".',
      'Set the address of this source as paymentNotifyUrl and refundNotifyUrl in your requests. For authorizations and disputes, enter it under Developer, Notification URL.',
    ],
    documentation: 'https://docs.antom.com/ac/cashierpay/notifications',
    options: {
      clientId: {
        description: 'The client id that Alipay gave you.',
        required: true,
        check: (value) => (CLIENT_ID.test(value) ? undefined : 'The value must be a client id.'),
      },
      url: calledUrlOption('Alipay'),
    },
    type: [
      {
        firstOf: [
          { json: '/notifyType' },
          { json: '/authorizationNotifyType' },
          { json: '/disputeNotificationType' },
          { json: '/subscriptionNotificationType' },
        ],
        otherwise: 'notification',
      },
    ],
    subject: [
      { json: '/paymentRequestId' },
      { json: '/refundRequestId' },
      { json: '/captureRequestId' },
      { json: '/disputeId' },
      { json: '/subscriptionRequestId' },
    ],
    eventTypes: `PAYMENT_RESULT PAYMENT_PENDING CAPTURE_RESULT REFUND_RESULT AUTHCODE_CREATED TOKEN_CREATED
      TOKEN_CANCELED DISPUTE_CREATED DISPUTE_JUDGED notification`,
    answer: { body: ACKNOWLEDGEMENT },
  },
  {
    verify,
    checkSecret(secret) {
      const parsed = parsePublic(secret);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  },
);

const parsePublic = cacheBySecret((text: string) => parsePublicKey(text, 'rsa'));

function verify(input: VerificationInput): VerificationResult {
  const { request } = input;
  const keys = readKeys(input, parsePublic, 'public key');
  if (!Array.isArray(keys)) return keys;
  const clientId = requireOption(input, 'clientId');
  if (typeof clientId !== 'string') return clientId;
  const header = readSingleHeader(request, 'signature', 'missing_signature');
  if (typeof header !== 'string') return header;
  const signature = readSignature(header);
  if (signature === undefined) {
    return reject(
      'malformed_signature',
      'The header signature must be "algorithm=RSA256,keyVersion=…,signature=…".',
    );
  }
  const time = readSingleHeader(request, 'request-time', 'missing_timestamp');
  if (typeof time !== 'string') return time;
  const signedAtMs = toTimeMs(time);
  if (signedAtMs === undefined)
    return reject('malformed_timestamp', 'The header request-time must be a time.');
  const messages = messagesOf(input, clientId, time);
  const match = keys.find(({ key }) =>
    messages.some((message) => isSignedBy(key, message, signature, { hash: 'sha256' })),
  );
  if (match === undefined) {
    return reject(
      'invalid_signature',
      'The signature does not match: check the address of this source and the client id.',
    );
  }
  return checkAgeOf(input, signedAtMs, TOLERANCE_SECONDS) ?? { ok: true, secretIndex: match.secretIndex };
}

/** Percent-encoded base64, with either alphabet. */
function readSignature(header: string): Buffer | undefined {
  const parts = new Map(header.split(',').map((part) => splitOnce(part.trim())));
  const text = parts.get('signature') ?? '';
  if (parts.get('algorithm') !== 'RSA256' || !/^[A-Za-z0-9+/=_%-]+$/.test(text)) return undefined;
  try {
    return decodeBase64Signature(decodeURIComponent(text).replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
}

function splitOnce(part: string): [string, string] {
  const at = part.indexOf('=');
  return at === -1 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
}

/** The documentation signs the parameters of the address as well; its library leaves that to the caller. */
function messagesOf(input: VerificationInput, clientId: string, time: string): Buffer[] {
  const url = URL.parse(optionOf(input, 'url') ?? input.request.url);
  const { pathname = '', search = '' } = url ?? {};
  return [...new Set([`${pathname}${search}`, pathname])].map((address) =>
    Buffer.concat([
      Buffer.from(`${input.request.method} ${address}\n${clientId}.${time}.`, 'latin1'),
      input.request.rawBody,
    ]),
  );
}
