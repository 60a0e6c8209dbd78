import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { interpretBatch } from '../events/interpret-batch.ts';
import { toTimeMs } from '../events/times.ts';
import type { Provider } from '../provider/provider.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { idAt, objectAt, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { decodeBase64Signature } from '../schemes/public-key.ts';
import { usableSecrets } from '../schemes/usable-secrets.ts';
import { ADYEN_EVENT_TYPES } from './adyen/event-types.ts';

const KEY_BYTES = 32;
/** The signed values of an item, joined by colons. */
const SIGNED_MEMBERS: readonly (readonly string[])[] = [
  ['pspReference'],
  ['originalReference'],
  ['merchantAccountCode'],
  ['merchantReference'],
  ['amount', 'value'],
  ['amount', 'currency'],
  ['eventCode'],
  ['success'],
];
const ITEM = 'NotificationRequestItem';

/**
 * Classic payment webhooks: a list of items, each with an HMAC of eight of its members in
 * `additionalData.hmacSignature`. All items must be signed with the same key. Adyen used to require the answer
 * `[accepted]`; today any 2xx is accepted. A refused request delays all later requests, for up to 30 days.
 */
export const adyen: Provider = {
  id: 'adyen',
  name: 'Adyen (payments)',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/Adyen/adyen-node-api-library/blob/main/src/utils/hmacValidator.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.adyen.com/development-resources/webhooks/handle-webhook-events',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'pspReference, merchantAccountCode, eventCode and success of the item, and eventDate of a report',
    names: 'the state of a payment, or the report of a merchant account',
    unique: 'account',
    stable: true,
    retries: true,
    retriesForSeconds: 2_592_000,
  },
  setup: [
    'In the Customer Area, under Developers, Webhooks, create a Standard webhook with the address of this source and the method JSON.',
    'Under Security, generate an HMAC key and store it here as the secret before you save. Adyen shows the key only once.',
    'Choose Save configuration, then Test configuration.',
  ],
  documentation: 'https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures',
  caution:
    'Adyen signs the references, the account, the amount, the event code and the success of each item. Other members are not protected.',
  verify,
  checkSecret: (secret) => {
    const parsed = parseKey(secret);
    return 'problem' in parsed ? parsed.problem : undefined;
  },
  interpret: interpretBatch('/notificationItems', (wrapped) => {
    const item = objectAt(wrapped, ITEM);
    const type = textAt(item, 'eventCode')?.toLowerCase();
    const reference = idAt(item, 'pspReference');
    return {
      provider: 'adyen',
      type: [type],
      source: [textAt(item, 'merchantAccountCode')],
      subject: textAt(item, 'merchantReference') ?? reference,
      timeMs: toTimeMs(valueAt(item, 'eventDate')),
      // For the same payment and event, a success may follow a failure. The name of a report is the name of its file.
      // Two merchant accounts of a company may have files of the same name, and a regenerated report keeps its name.
      deliveryId:
        reference &&
        type &&
        [
          reference,
          textAt(item, 'merchantAccountCode') ?? '',
          type,
          String(valueAt(item, 'success')),
          ...(type === 'report_available' ? [textAt(item, 'eventDate') ?? ''] : []),
        ].join(':'),
      action: valueAt(item, 'success') === undefined ? undefined : successOf(valueAt(item, 'success')),
      dedupeFields: [type, reference],
    };
  }),
  answer: {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: '[accepted]',
    deadlineMs: 10_000,
  },
  environment: { secrets: [] },
  eventTypes: ADYEN_EVENT_TYPES,
};

function successOf(value: unknown): string {
  return String(value) === 'true' ? 'succeeded' : 'failed';
}

const parseKey = cacheBySecret((secret: string): { key: KeyObject } | { problem: string } =>
  /^[0-9a-f]+$/i.test(secret) && secret.length === KEY_BYTES * 2
    ? { key: createSecretKey(Buffer.from(secret, 'hex')) }
    : {
        problem: `An Adyen key must be ${KEY_BYTES * 2} hexadecimal digits. Check that it was copied completely.`,
      },
);

function verify(input: VerificationInput): VerificationResult {
  const keys: { key: KeyObject; secretIndex: number }[] = [];
  for (const { secret, secretIndex } of usableSecrets(input)) {
    const parsed = parseKey(secret);
    if ('key' in parsed) keys.push({ key: parsed.key, secretIndex });
  }
  if (keys.length === 0) {
    return input.secrets.some((secret) => secret !== '')
      ? reject('invalid_secret', 'No configured secret is an Adyen key.')
      : reject('no_secret', 'No secret is configured, so Hookline cannot verify requests.');
  }
  // The signatures are members of the body, so the body is read before they are verified.
  const parsed = parseJsonObject(input.request.rawBody);
  const items = parsed.ok ? valueAt(parsed.value, 'notificationItems') : undefined;
  if (!Array.isArray(items) || items.length === 0) {
    return reject('missing_signature', 'The body has no notificationItems, so it has no signature.');
  }
  // The oldest version that is still in use.
  let secretIndex = 0;
  for (const [index, wrapped] of items.entries()) {
    const signed = readItem(objectAt(wrapped, ITEM), index);
    if ('code' in signed) return signed;
    const match = keys.find(({ key }) =>
      timingSafeEqual(createHmac('sha256', key).update(signed.message).digest(), signed.signature),
    );
    if (match === undefined) {
      return reject(
        'invalid_signature',
        `The signature of item ${index} does not match: it was made with another key, or the item was changed in transit.`,
        { item: index },
      );
    }
    secretIndex = Math.max(secretIndex, match.secretIndex);
  }
  return { ok: true, secretIndex };
}

function readItem(item: unknown, index: number): { message: string; signature: Buffer } | Rejection {
  const text = textAt(item, 'additionalData', 'hmacSignature');
  if (text === undefined) {
    return reject('missing_signature', `Item ${index} has no additionalData.hmacSignature.`, { item: index });
  }
  const signature = decodeBase64Signature(text);
  if (signature?.length !== 32) {
    return reject('malformed_signature', `The signature of item ${index} must be 32 bytes in base64.`, {
      item: index,
    });
  }
  const parts: string[] = [];
  for (const path of SIGNED_MEMBERS) {
    const value = valueAt(item, ...path) ?? '';
    // An object would be signed as "[object Object]", whatever its content.
    if (typeof value === 'object') {
      return reject(
        'malformed_signature',
        `The member "${path.join('.')}" of item ${index} must not be an object or a list.`,
      );
    }
    parts.push(String(value));
  }
  return { message: parts.join(':'), signature };
}
