import { crc32 } from 'node:zlib';
import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { checkDocumentUrl, requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { isSignedBy, readBase64Header } from '../schemes/public-key.ts';
import { fetchCertificateKey } from '../schemes/published-certificate.ts';
import { PAYPAL_EVENT_TYPES } from './paypal/event-types.ts';

const PAYPAL_HOST = /^(?:[a-z0-9-]+\.)+paypal\.com$/;
const ALGORITHM = 'SHA256withRSA';

/**
 * RSA over `<transmission id>|<transmission time>|<webhook id>|<CRC-32 of the body>` by a certificate that the request
 * names itself, which therefore may only be one of PayPal's own hosts. The id of the webhook is the source's: without
 * it, what PayPal signs for others would pass.
 */
export const paypal: Provider = {
  id: 'paypal',
  name: 'PayPal',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.paypal.com/api/rest/webhooks/rest.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: '/id',
    names: 'the event',
    unique: 'unknown',
    stable: true,
    retries: true,
    retriesForSeconds: 259_200,
  },
  setup: [
    'At developer.paypal.com, open the app, choose Add Webhook, and enter the address of this source and the events to send.',
    'Copy the Webhook ID that PayPal shows, and store it here as the option "webhookId".',
  ],
  documentation: 'https://developer.paypal.com/api/rest/webhooks/rest/',
  caution:
    'PayPal signs a CRC-32 of the body, which detects accidental changes only. Only TLS protects against deliberate changes.',
  secret: 'none',
  options: {
    webhookId: {
      description:
        'The Webhook ID that PayPal shows next to the address, such as 8PT597110X687430LKGECATA. For events of the simulator, enter WEBHOOK_ID.',
      required: true,
      check: (value) => (/^[A-Za-z0-9_-]{1,50}$/.test(value) ? undefined : 'The value must be a Webhook ID.'),
    },
  },
  verify,
  checkSecret: (secret) =>
    secret === '' ? undefined : 'PayPal signs with a certificate: leave the secret empty.',
  interpret: interpretJsonObject((event) => {
    const type = textAt(event, 'event_type')?.toLowerCase();
    return {
      provider: 'paypal',
      type: [type],
      source: [textAt(event, 'resource_type')],
      subject: idAt(event, 'resource', 'id'),
      timeMs: toTimeMs(valueAt(event, 'create_time')),
      deliveryId: idAt(event, 'id'),
      dedupeFields: [type, idAt(event, 'resource', 'id')],
    };
  }),
  answer: emptyOkWithin(20_000),
  environment: { secrets: [] },
  eventTypes: PAYPAL_EVENT_TYPES,
};

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const webhookId = requireOption(input, 'webhookId');
  if (typeof webhookId !== 'string') return webhookId;
  const { request, fetchPublished } = input;
  const signature = readBase64Header(request, 'paypal-transmission-sig');
  if (!Buffer.isBuffer(signature)) return signature;
  const id = readSingleHeader(request, 'paypal-transmission-id', 'missing_header');
  if (typeof id !== 'string') return id;
  const time = readSingleHeader(request, 'paypal-transmission-time', 'missing_timestamp');
  if (typeof time !== 'string') return time;
  const algorithm = readSingleHeader(request, 'paypal-auth-algo', 'missing_header');
  if (typeof algorithm !== 'string') return algorithm;
  if (algorithm !== ALGORITHM) {
    return reject('malformed_signature', `The header paypal-auth-algo must be "${ALGORITHM}".`);
  }
  // A "|" in a value could move bytes from one part of the signed message to the next.
  if (!/^[A-Za-z0-9-]{1,100}$/.test(id) || toTimeMs(time) === undefined) {
    return reject(
      'malformed_header',
      'The id or the time of the transmission has another form than the one that PayPal sends.',
    );
  }
  const certificateUrl = readSingleHeader(request, 'paypal-cert-url', 'missing_header');
  if (typeof certificateUrl !== 'string') return certificateUrl;
  if (!isPaypalCertificate(certificateUrl)) {
    return reject('invalid_signature', 'The certificate of the request must be at an address of PayPal.');
  }
  const certificate = await fetchCertificateKey(certificateUrl, fetchPublished, request.receivedAtMs);
  if (!certificate.ok) return certificate;
  const message = Buffer.from(`${id}|${time}|${webhookId}|${crc32(request.rawBody)}`, 'utf8');
  return isSignedBy(certificate.key, message, signature, { hash: 'sha256' })
    ? { ok: true, secretIndex: -1 }
    : reject(
        'invalid_signature',
        'The signature does not match: it is for another webhook, or the body was changed in transit.',
      );
}

function isPaypalCertificate(text: string): boolean {
  if (checkDocumentUrl(text) !== undefined) return false;
  const { protocol, hostname, port, pathname } = new URL(text);
  return (
    protocol === 'https:' &&
    port === '' &&
    PAYPAL_HOST.test(hostname) &&
    /^\/v1\/notifications\/certs\/[A-Za-z0-9_-]+$/.test(pathname)
  );
}
