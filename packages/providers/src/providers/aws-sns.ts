import { eventTypes } from '../events/event-types.ts';
import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { ControlMessage } from '../provider/normalized-event.ts';
import type { Provider } from '../provider/provider.ts';
import { checkDocumentUrl, requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { idAt, type JsonObject, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';
import { decodeBase64Signature, isSignedBy } from '../schemes/public-key.ts';
import { fetchCertificateKey } from '../schemes/published-certificate.ts';
import { fetchDocument, KeysUnavailableError } from '../schemes/published-keys.ts';

const SNS_HOST = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(?:\.cn)?$/;
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/;
const MAX_TOPIC_ARN_LENGTH = 400;

/** The signed members, in this order; in a notification, `Subject` only if present. */
const NOTIFICATION_KEYS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const CONFIRMATION_KEYS = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const KEYS_BY_TYPE: ReadonlyMap<string | undefined, readonly string[]> = new Map([
  ['Notification', NOTIFICATION_KEYS],
  ['SubscriptionConfirmation', CONFIRMATION_KEYS],
  ['UnsubscribeConfirmation', CONFIRMATION_KEYS],
]);
const CONTROL_BY_TYPE: ReadonlyMap<string | undefined, ControlMessage> = new Map([
  ['SubscriptionConfirmation', { kind: 'verified' }],
  ['UnsubscribeConfirmation', { kind: 'revoked' }],
]);
const HASH_BY_VERSION: ReadonlyMap<string | undefined, 'sha1' | 'sha256'> = new Map([
  ['1', 'sha1'],
  ['2', 'sha256'],
]);

/**
 * Amazon SNS over HTTPS. The envelope is signed with RSA by a certificate that it names itself, which therefore may
 * only be one of SNS' own hosts. Everybody can have SNS sign messages of topics of their own: the topic must be the
 * source's. Its subscription is confirmed, after that check, at an address of SNS and nowhere else; the question
 * becomes an event all the same. SNS repeats a message for up to an hour with the time at which it was published, so
 * that none is refused for its age.
 */
export const awsSns: Provider = {
  id: 'aws-sns',
  aliases: ['sns'],
  name: 'Amazon SNS',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/aws/aws-php-sns-message-validator/blob/master/src/MessageValidator.php',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: '/MessageId',
    names: 'the message that was published',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 3_600,
  },
  setup: [
    'Create this source with the ARN of the topic as the option "topicArn".',
    'In Amazon SNS, create a subscription of the topic with the protocol HTTPS and the address of this source as endpoint. Leave raw message delivery off, because SNS does not sign raw messages.',
    'SNS requests a confirmation. Hookline confirms subscriptions of that topic only.',
  ],
  documentation: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
  secret: 'none',
  options: {
    topicArn: {
      description: 'The ARN of the topic, such as arn:aws:sns:eu-central-1:123456789012:orders.',
      required: true,
      check: (value) =>
        value.length <= MAX_TOPIC_ARN_LENGTH && TOPIC_ARN.test(value)
          ? undefined
          : 'The value must be the ARN of a topic.',
    },
  },
  verify,
  checkSecret: (secret) =>
    secret === '' ? undefined : 'Amazon SNS signs with a certificate: leave the secret empty.',
  interpret: interpretJsonObject((message) => {
    const type = textAt(message, 'Type');
    const [, , , region, account, topic] = (textAt(message, 'TopicArn') ?? '').split(':');
    return {
      provider: 'aws-sns',
      type: [type?.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()],
      source: [account, region, topic],
      subject: textAt(message, 'Subject') ?? topic,
      timeMs: toTimeMs(valueAt(message, 'Timestamp')),
      deliveryId: idAt(message, 'MessageId'),
      control: CONTROL_BY_TYPE.get(type),
      dedupeFields: [type],
    };
  }),
  answer: emptyOkWithin(15_000),
  environment: { secrets: [] },
  eventTypes: eventTypes('aws-sns', 'notification subscription_confirmation unsubscribe_confirmation'),
};

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const topicArn = requireOption(input, 'topicArn');
  if (typeof topicArn !== 'string') return topicArn;
  const { request, fetchPublished } = input;
  // The signature is a member of the body, so the body is read before the signature is verified.
  const parsed = parseJsonObject(request.rawBody);
  if (!parsed.ok) return reject('missing_signature', 'The body must be a signed SNS message.');
  const message = parsed.value;
  const signed = readSigned(message);
  if ('code' in signed) return signed;

  const certificate = await fetchCertificateKey(signed.certificateUrl, fetchPublished, request.receivedAtMs);
  if (!certificate.ok) return certificate;
  if (!isSignedBy(certificate.key, signed.bytes, signed.signature, { hash: signed.hash })) {
    return reject('invalid_signature', 'The signature does not match: the message was changed in transit.');
  }
  if (textAt(message, 'TopicArn') !== topicArn) {
    return reject(
      'unexpected_sender',
      'The signature is valid, but the message is from another topic than the configured one.',
    );
  }
  if (textAt(message, 'Type') === 'SubscriptionConfirmation') {
    const failure = await confirm(message, topicArn, input);
    if (failure !== undefined) return failure;
  }
  return { ok: true, secretIndex: -1 };
}

interface SignedMessage {
  readonly bytes: Buffer;
  readonly signature: Buffer;
  readonly hash: 'sha1' | 'sha256';
  readonly certificateUrl: string;
}

function readSigned(message: JsonObject): SignedMessage | Rejection {
  const keys = KEYS_BY_TYPE.get(textAt(message, 'Type'));
  const hash = HASH_BY_VERSION.get(textAt(message, 'SignatureVersion'));
  const text = textAt(message, 'Signature');
  if (keys === undefined || text === undefined) {
    return reject('missing_signature', 'The body must be a signed SNS message.');
  }
  const signature = decodeBase64Signature(text);
  if (signature === undefined || hash === undefined) {
    return reject('malformed_signature', 'The SignatureVersion of the message must be 1 or 2.');
  }
  let signed = '';
  for (const key of keys) {
    const value = valueAt(message, key);
    if (value === undefined && key === 'Subject') continue;
    if (typeof value !== 'string') {
      return reject('malformed_signature', `The signed member "${key}" must be a text.`);
    }
    signed += `${key}\n${value}\n`;
  }
  const certificateUrl = snsUrl(textAt(message, 'SigningCertURL'));
  if (
    certificateUrl === undefined ||
    certificateUrl.search !== '' ||
    !/^\/[A-Za-z0-9_-]+\.pem$/.test(certificateUrl.pathname)
  ) {
    return reject('invalid_signature', 'The certificate of the message must be at an address of SNS.');
  }
  return { bytes: Buffer.from(signed, 'utf8'), signature, hash, certificateUrl: certificateUrl.href };
}

/** A URL on one of SNS' own hosts, else undefined. */
function snsUrl(text: string | undefined): URL | undefined {
  if (text === undefined || checkDocumentUrl(text) !== undefined) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' && url.port === '' && SNS_HOST.test(url.hostname) ? url : undefined;
}

async function confirm(
  message: JsonObject,
  topicArn: string,
  { fetchPublished }: VerificationInput,
): Promise<Rejection | undefined> {
  const url = snsUrl(textAt(message, 'SubscribeURL'));
  const { searchParams } = url ?? {};
  if (
    url === undefined ||
    searchParams?.get('Action') !== 'ConfirmSubscription' ||
    searchParams.get('TopicArn') !== topicArn
  ) {
    return reject(
      'unexpected_sender',
      'The SubscribeURL must confirm the configured topic at an address of SNS.',
    );
  }
  try {
    await fetchDocument(url.href, fetchPublished);
    return undefined;
  } catch (error) {
    if (!(error instanceof KeysUnavailableError)) throw error;
    // The address contains a token, so the message does not repeat it. SNS asks again.
    return reject('keys_unavailable', 'Could not confirm the subscription: SNS does not answer.');
  }
}
