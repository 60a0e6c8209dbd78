import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { InboundRequest } from '../inbound-request.ts';
import { calledUrlOption } from '../presets/define-preset.ts';
import { defineProvider } from '../presets/define-provider.ts';
import type { HttpAnswer, InterpretationContext, Verification, VerificationInput } from '../provider.ts';
import { reject } from '../rejection.ts';
import { checkAgeOf } from '../schemes/check-age.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { decodeBase64Signature, isSignedBy, parsePublicKey } from '../schemes/public-key.ts';
import { readKeys } from '../schemes/usable-secrets.ts';
import { readSingleHeader } from '../single-header.ts';
import { optionOf, requireOption } from '../source-options.ts';
import { toTimeMs } from '../times.ts';

const TOLERANCE_SECONDS = 300;
const ACKNOWLEDGEMENT = '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}';
/** No dot: no byte can move from one part of what is signed to another. */
const CLIENT_ID = /^[\x21-\x2d\x2f-\x7e]{1,128}$/;

/**
 * `Signature`: RSA-SHA256 over method, path, `Client-Id`, `Request-Time` and body. Alipay wants an answer that is signed
 * in the same way, with the private key of the merchant, which therefore is the secret; its own key is an option.
 */
export const alipay = defineProvider(
  {
    id: 'alipay',
    aliases: ['antom'],
    name: 'Alipay+ and Antom',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://global.alipay.com/docs/ac/ams/digital_signature',
        checkedOn: '2026-11-29',
      },
    ],
    identity: { id: 'none', because: 'the ids are those of the payment', retries: true },
    setup: [
      'In the Antom dashboard, under Developer, Key configuration, store the public key of Alipay here as the option "publicKey", and the client id as "clientId".',
      'Store the private key of your application, in PEM or as base64, as the secret: Alipay wants its answers signed.',
      'Name the address of this source as paymentNotifyUrl and refundNotifyUrl.',
    ],
    documentation: 'https://docs.antom.com/ac/cashierpay/notifications',
    options: {
      publicKey: {
        description: 'The public key of Alipay, in PEM or as base64.',
        required: true,
        check(value) {
          const parsed = parsePublicKey(value, 'rsa');
          return 'problem' in parsed ? parsed.problem : undefined;
        },
      },
      clientId: {
        description: 'The client id that Alipay gave you.',
        required: true,
        check: (value) => (CLIENT_ID.test(value) ? undefined : 'It is not a client id.'),
      },
      url: calledUrlOption('Alipay'),
    },
    type: [{ json: '/notifyType' }],
    subject: { json: '/paymentRequestId' },
    eventTypes: `PAYMENT_RESULT CAPTURE_RESULT REFUND_RESULT AUTHORIZATION_RESULT DISPUTE_CREATED DISPUTE_JUDGED`,
  },
  {
    verify,
    checkSecret(secret) {
      const parsed = parsePrivateKey(secret);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
    answerTo,
  },
);

const parsePrivateKey = cacheBySecret((secret: string): { key: KeyObject } | { problem: string } => {
  try {
    const key = secret.includes('-----BEGIN')
      ? createPrivateKey(secret)
      : createPrivateKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'pkcs8' });
    if (key.asymmetricKeyType === 'rsa') return { key };
  } catch {
    // Told below, without the parser's words, which may quote it.
  }
  return { problem: 'The secret here is an RSA private key, in PEM or as base64. Was it copied whole?' };
});

const parsePublic = cacheBySecret((text: string) => parsePublicKey(text, 'rsa'));

function verify(input: VerificationInput): Verification {
  const { request } = input;
  const keys = readKeys(input, parsePrivateKey, 'private key');
  if (!Array.isArray(keys)) return keys;
  const publicKey = requireOption(input, 'publicKey');
  if (typeof publicKey !== 'string') return publicKey;
  const clientId = requireOption(input, 'clientId');
  if (typeof clientId !== 'string') return clientId;
  const parsed = parsePublic(publicKey);
  if ('problem' in parsed)
    return reject('invalid_option', `The option "publicKey" cannot be used. ${parsed.problem}`);
  const header = readSingleHeader(request, 'signature', 'missing_signature');
  if (typeof header !== 'string') return header;
  const signature = readSignature(header);
  if (signature === undefined) {
    return reject(
      'malformed_signature',
      'The header signature is not "algorithm=RSA256,keyVersion=…,signature=…".',
    );
  }
  const time = readSingleHeader(request, 'request-time', 'missing_timestamp');
  if (typeof time !== 'string') return time;
  const signedAtMs = toTimeMs(time);
  if (signedAtMs === undefined) return reject('malformed_timestamp', 'The header request-time is no time.');
  const message = messageOf(input, clientId, time, request.rawBody);
  if (!isSignedBy(parsed.key, message, signature, { hash: 'sha256' })) {
    return reject(
      'invalid_signature',
      'The signature does not match: is it for this address and this client id?',
    );
  }
  return (
    checkAgeOf(input, signedAtMs, TOLERANCE_SECONDS) ?? { ok: true, secretIndex: keys[0]?.secretIndex ?? 0 }
  );
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

function messageOf(
  input: { readonly request: InboundRequest; readonly options?: Readonly<Record<string, string>> },
  clientId: string,
  time: string,
  body: Buffer,
): Buffer {
  const path = URL.parse(optionOf(input, 'url') ?? input.request.url)?.pathname ?? '';
  return Buffer.concat([
    Buffer.from(`${input.request.method} ${path}\n${clientId}.${time}.`, 'latin1'),
    body,
  ]);
}

function answerTo(request: InboundRequest, { secret = '', options = {} }: InterpretationContext): HttpAnswer {
  const time = new Date(request.receivedAtMs).toISOString();
  const clientId = optionOf({ options }, 'clientId') ?? '';
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'client-id': clientId,
    'response-time': time,
  };
  const parsed = parsePrivateKey(secret);
  if ('problem' in parsed) return { status: 200, headers, body: ACKNOWLEDGEMENT };
  const message = messageOf({ request, options }, clientId, time, Buffer.from(ACKNOWLEDGEMENT));
  const signature = encodeURIComponent(sign('sha256', message, parsed.key).toString('base64'));
  return {
    status: 200,
    headers: { ...headers, signature: `algorithm=RSA256,keyVersion=1,signature=${signature}` },
    body: ACKNOWLEDGEMENT,
  };
}
