import { createHash } from 'node:crypto';
import { scalarsAt } from '@hookline/json';
import { defineProvider } from '../presets/define-provider.ts';
import type { HttpAnswer } from '../provider/http-answer.ts';
import type { InterpretationContext } from '../provider/interpretation.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { valueAt } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { checkAgeOf } from '../schemes/check-age.ts';
import { signatureDecoder } from '../schemes/decode-signature.ts';
import { matchSecrets } from '../schemes/match-secrets.ts';

const SIGNATURE = 'gt-authentication';
/** Praxis retries after five minutes. It is not documented whether a retry has a new time. */
const TOLERANCE_SECONDS = 900;
const MAX_PARSED_BYTES = 1_048_576;
const decoder = signatureDecoder('hex', 48);

/** The signed members of a notification, in this order, followed by the secret. */
const PAYMENT = [
  'merchant_id',
  'application_key',
  'timestamp',
  'customer.customer_token',
  'session.order_id',
  'transaction.tid',
  'transaction.currency',
  'transaction.amount',
  'transaction.conversion_rate',
  'transaction.processed_currency',
  'transaction.processed_amount',
];
const SUBSCRIPTION = [
  'event',
  'merchant_id',
  'application_key',
  'cid',
  'plan_id',
  'subscription_id',
  'subscription_status',
  'timestamp',
];

/** SHA-384 over members of the body and the secret. Praxis requires an answer that is signed in the same way. */
export const praxis = defineProvider(
  {
    id: 'praxis',
    name: 'Praxis',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://docs.praxis.tech/reference/paymentnotification',
        checkedOn: '2026-11-30',
      },
    ],
    identity: { id: 'none', retries: true, retriesForSeconds: 300 },
    setup: [
      'In Praxis, copy the merchant secret of the application and store it here as the secret.',
      'Set the address of this source as notification URL of the application.',
    ],
    documentation: 'https://docs.praxis.tech/reference/webhooks',
    caution:
      'Praxis signs ids, amounts and currencies without separators. Other members are not protected, including the status of a payment.',
    type: [{ json: '/event' }, { json: '/transaction/transaction_status' }],
    source: [{ json: '/merchant_id' }],
    subject: { json: '/session/order_id' },
    time: { json: '/timestamp', unit: 's' },
    eventTypes:
      'initialized pending pending_async authorized approved declined rejected chargeback reversed cancelled requested error',
  },
  {
    verify,
    checkSecret: (secret) => (secret === '' ? 'The secret is empty.' : undefined),
    answerTo,
  },
);

function verify(input: VerificationInput): VerificationResult {
  const { request } = input;
  const text = readSingleHeader(request, SIGNATURE, 'missing_signature');
  const message = typeof text === 'string' ? readMessage(request.rawBody) : text;
  const signature = typeof text === 'string' ? decoder.decode(text) : undefined;
  const isReadable = !('ok' in message);
  const verification = matchSecrets(
    input,
    (secret) => sha384(isReadable ? message.text : '', secret),
    signature === undefined || !isReadable ? [] : [signature],
  );
  if (!verification.ok) {
    if (verification.code === 'no_secret') return verification;
    if (!isReadable) return message;
    return signature === undefined
      ? reject('malformed_signature', `The header ${SIGNATURE} must be ${decoder.form}.`, {
          header: SIGNATURE,
        })
      : verification;
  }
  return checkAgeOf(input, isReadable ? message.signedAtMs : Number.NaN, TOLERANCE_SECONDS) ?? verification;
}

function readMessage(body: Buffer): { readonly text: string; readonly signedAtMs: number } | Rejection {
  const parsed =
    body.length > MAX_PARSED_BYTES
      ? reject('malformed_body', 'The body is too long.')
      : parseJsonObject(body);
  if (!parsed.ok) return reject('missing_signature', `The signed values are in the body. ${parsed.message}`);
  const { value } = parsed;
  let text = '';
  for (const name of valueAt(value, 'event') === undefined ? PAYMENT : SUBSCRIPTION) {
    const member = valueAt(value, ...name.split('.'));
    if (member === undefined || member === null) continue;
    // The digits as received: 10.00 is not 10.
    const [scalar] = typeof member === 'object' ? [] : (scalarsAt(body, name.split('.')) ?? []);
    if (scalar === undefined)
      return reject('malformed_signature', `The member "${name}" must not be an object or a list.`);
    text += scalar;
  }
  return { text, signedAtMs: Number(valueAt(value, 'timestamp')) * 1000 };
}

function answerTo(request: InboundRequest, { secret = '' }: InterpretationContext): HttpAnswer {
  const timestamp = Math.floor(request.receivedAtMs / 1000);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'external-request-signature': sha384(`0${timestamp}`, secret).toString('hex'),
    },
    body: JSON.stringify({ status: 0, description: 'Ok', version: '1.3', timestamp }),
  };
}

function sha384(text: string, secret: string): Buffer {
  return createHash('sha384').update(text, 'utf8').update(secret, 'utf8').digest();
}
