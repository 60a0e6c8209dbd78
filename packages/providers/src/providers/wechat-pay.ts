import { createDecipheriv } from 'node:crypto';
import { defineProvider } from '../presets/define-provider.ts';
import type { InterpretationContext } from '../provider/interpretation.ts';
import { requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { objectAt, textAt } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { compilePublicKeyScheme, parsePublicKey } from '../schemes/public-key.ts';
import { usableSecrets } from '../schemes/usable-secrets.ts';

const KEY_BYTES = 32;
const TAG_BYTES = 16;
const scheme = compilePublicKeyScheme({
  keyType: 'rsa',
  hash: 'sha256',
  signature: { header: 'wechatpay-signature' },
  encoding: 'base64',
  message: '{timestamp}\n{header:wechatpay-nonce}\n{body}\n',
  timestamp: { header: 'wechatpay-timestamp', dates: 'unknown', toleranceSeconds: 300 },
});

/**
 * RSA over timestamp, nonce and body, with the key of the platform. The event in the body is encrypted with the APIv3
 * key. The payload is the whole notification, with the decrypted `resource`.
 */
export const wechatPay = defineProvider(
  {
    id: 'wechat-pay',
    name: 'WeChat Pay (APIv3)',
    evidence: [
      {
        kind: 'official-sdk',
        source:
          'https://github.com/wechatpay-apiv3/wechatpay-go/blob/HEAD/core/auth/validators/wechat_pay_validator.go',
        checkedOn: '2026-11-30',
      },
      {
        kind: 'official-docs',
        source: 'https://pay.weixin.qq.com/doc/global/v3/en/4012356564',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: { json: '/id' },
      names: 'the notification',
      unique: 'account',
      stable: true,
      retries: true,
      retriesForSeconds: 86_640,
    },
    setup: [
      'On the merchant platform of WeChat Pay, under Account Center, API Security, store the APIv3 key here as the secret, and the WeChat Pay public key, in PEM, as the option "publicKey".',
      'Set the address of this source as notify_url of each payment and refund.',
    ],
    documentation: 'https://pay.weixin.qq.com/doc/global/v3/en/4012356564',
    options: {
      publicKey: {
        description: 'The public key of WeChat Pay (or of the platform certificate), in PEM or as base64.',
        required: true,
        check(value) {
          const parsed = parsePublicKey(value, 'rsa');
          return 'problem' in parsed ? parsed.problem : undefined;
        },
      },
    },
    type: [{ json: '/event_type' }],
    source: [{ json: '/resource/mchid' }],
    subject: { json: '/resource/out_trade_no' },
    time: { json: '/create_time', unit: 'iso' },
    eventTypes: 'TRANSACTION.SUCCESS REFUND.SUCCESS REFUND.CLOSED',
    answer: { body: '{"code":"SUCCESS","message":"OK"}' },
    answerWithinMs: 5_000,
  },
  {
    verify,
    checkSecret: (secret) =>
      Buffer.byteLength(secret) === KEY_BYTES ? undefined : `An APIv3 key must have ${KEY_BYTES} characters.`,
    readPayload,
  },
);

/** `secretIndex` is the secret that decrypts, because the signature uses the key of the platform. */
function verify(input: VerificationInput): VerificationResult {
  const secrets = usableSecrets(input);
  if (secrets.length === 0)
    return reject('no_secret', 'No APIv3 key is configured, so Hookline cannot decrypt the notification.');
  const publicKey = requireOption(input, 'publicKey');
  if (typeof publicKey !== 'string') return publicKey;
  const verification = scheme.verify({ ...input, secrets: [publicKey] });
  if (!verification.ok) return verification;
  const opened = secrets.find(({ secret }) => decryptResource(input.request, secret) !== undefined);
  return opened === undefined
    ? reject(
        'invalid_secret',
        'The signature is valid, but no configured APIv3 key decrypts the notification.',
      )
    : { ok: true, secretIndex: opened.secretIndex };
}

function readPayload(request: InboundRequest, { secret = '' }: InterpretationContext): Buffer | Rejection {
  const parsed = parseJson(request.rawBody);
  if (!parsed.ok) return parsed;
  const resource = decryptResource(request, secret);
  if (resource === undefined)
    return reject('malformed_body', 'Could not decrypt the resource of the notification.');
  const members = Object.entries(objectAt(parsed.value) ?? {})
    .filter(([name]) => name !== 'resource')
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return Buffer.from(`{${[...members, `"resource":${resource}`].join(',')}}`, 'utf8');
}

/** The decrypted JSON; undefined if this key does not decrypt it, or if there is nothing to decrypt. */
function decryptResource({ rawBody }: InboundRequest, key: string): string | undefined {
  const parsed = parseJson(rawBody);
  const resource = parsed.ok ? objectAt(parsed.value, 'resource') : undefined;
  const sealed = Buffer.from(textAt(resource, 'ciphertext') ?? '', 'base64');
  const nonce = textAt(resource, 'nonce');
  if (nonce === undefined || sealed.length <= TAG_BYTES || Buffer.byteLength(key) !== KEY_BYTES)
    return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(textAt(resource, 'associated_data') ?? '', 'utf8'));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const opened = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    return parseJson(opened).ok ? opened.toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}
