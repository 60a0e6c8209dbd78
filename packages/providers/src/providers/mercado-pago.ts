import { createHmac, timingSafeEqual } from 'node:crypto';
import { eventTypes } from '../events/event-types.ts';
import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { headerOf, type InboundRequest } from '../request/inbound-request.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { usableSecrets } from '../schemes/usable-secrets.ts';

const SIGNATURE = 'x-signature';
/** Signatures of other versions may follow. */
const MAX_PARTS = 8;
const TIME = /^\d{1,16}$/;
const SIGNATURE_HEX = /^[0-9a-f]{64}$/i;
/** No semicolon, so that no byte can move from one part of the signed message to another. */
const SIGNED_TEXT = /^[\x21-\x3a\x3c-\x7e]{1,200}$/;

/**
 * `x-signature: ts=<time>,v1=<hex>` over `id:<data.id of the address>;request-id:<x-request-id>;ts:<time>;`, in which
 * what the request does not have is left out. The id is signed as it is, by the SDKs; by the documentation in lower
 * case: either may be. Mercado Pago documents no age at which a request is too old and repeats for days; a repeat is
 * recognised by the id of the notification.
 */
export const mercadoPago: Provider = {
  id: 'mercado-pago',
  aliases: ['mercadopago'],
  name: 'Mercado Pago',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/mercadopago/sdk-nodejs/blob/HEAD/src/utils/webhook/index.ts',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: '/id',
    names: 'the notification',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 1_233_900,
  },
  setup: [
    'At mercadopago.com, under Your integrations, open the application and its Webhooks. Enter the address of this source and choose the events.',
    'Save, copy the secret signature that Mercado Pago shows, and store it here as the secret.',
    'Mercado Pago does not sign notifications of QR codes: Hookline refuses them.',
  ],
  documentation: 'https://www.mercadopago.com/developers/en/docs/your-integrations/notifications/webhooks',
  caution: 'Mercado Pago signs the id in the address, not the body: fetch the object before you act on it.',
  verify,
  checkSecret: (secret) => (secret === '' ? 'The secret is empty.' : undefined),
  interpret: interpretJsonObject((body) => {
    const type = textAt(body, 'action') ?? textAt(body, 'type');
    return {
      provider: 'mercado-pago',
      type: [type],
      source: [idAt(body, 'user_id')],
      subject: idAt(body, 'data', 'id'),
      timeMs: toTimeMs(valueAt(body, 'date_created')),
      deliveryId: idAt(body, 'id'),
      action: textAt(body, 'action'),
      dedupeFields: [type, idAt(body, 'data', 'id')],
    };
  }),
  answer: emptyOkWithin(22_000),
  environment: { secrets: [] },
  eventTypes: eventTypes(
    'mercado-pago',
    `payment.created payment.updated order.processed order.action_required order.failed order.refunded
    subscription_preapproval subscription_authorized_payment topic_chargebacks_wh topic_claims_integration_wh`,
  ),
};

function verify(input: VerificationInput): VerificationResult {
  const { request } = input;
  const secrets = usableSecrets(input);
  if (secrets.length === 0) {
    return reject('no_secret', 'No secret is configured, so Hookline cannot verify requests.');
  }
  const header = readSingleHeader(request, SIGNATURE, 'missing_signature');
  if (typeof header !== 'string') return header;
  const parts = header.split(',', MAX_PARTS).map((part) => part.trim());
  const time = parts.find((part) => part.startsWith('ts='))?.slice(3) ?? '';
  const hex = parts.find((part) => part.startsWith('v1='))?.slice(3) ?? '';
  const messages = TIME.test(time) && SIGNATURE_HEX.test(hex) ? messagesOf(request, time) : undefined;
  if (messages === undefined) {
    return reject('malformed_signature', `The header ${SIGNATURE} must have the form "ts=<time>,v1=<hex>".`);
  }
  const signature = Buffer.from(hex, 'hex');
  for (const { secret, secretIndex } of secrets) {
    for (const message of messages) {
      const expected = createHmac('sha256', secret).update(message).digest();
      if (timingSafeEqual(expected, signature)) return { ok: true, secretIndex };
    }
  }
  return reject(
    'invalid_signature',
    'The signature does not match: it was made with another secret, or the address was changed.',
  );
}

function messagesOf(request: InboundRequest, timestamp: string): string[] | undefined {
  const id = request.query.get('data.id') ?? '';
  const requestId = headerOf(request, 'x-request-id') ?? '';
  if (![id, requestId].every((text) => text === '' || SIGNED_TEXT.test(text))) return undefined;
  const after = `${requestId === '' ? '' : `request-id:${requestId};`}ts:${timestamp};`;
  return [id, id.toLowerCase()].map((text) => `${text === '' ? '' : `id:${text};`}${after}`);
}
