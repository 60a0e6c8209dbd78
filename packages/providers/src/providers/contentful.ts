import { createHmac } from 'node:crypto';
import { escape as escapeQuery } from 'node:querystring';
import { calledUrlOption } from '../presets/define-preset.ts';
import { defineProvider } from '../presets/define-provider.ts';
import { optionOf } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { checkAgeOf } from '../schemes/check-age.ts';
import { signatureDecoder } from '../schemes/decode-signature.ts';
import { matchSecrets } from '../schemes/match-secrets.ts';

const SIGNATURE = 'x-contentful-signature';
const TIMESTAMP = 'x-contentful-timestamp';
const SIGNED_HEADERS = 'x-contentful-signed-headers';
/**
 * The SDK allows 30 s. It is not documented whether a retry is signed again, and retries come after 30 and 60 s. The
 * idempotency key protects against replays within this window.
 */
const TOLERANCE_SECONDS = 120;
const MAX_SIGNED_HEADERS = 64;
const SECRET_LENGTH = 64;
const decoder = signatureDecoder('hex', 32);

/** HMAC over method, address, the headers that the request lists, and body. The list must contain the time. */
export const contentful = defineProvider(
  {
    id: 'contentful',
    name: 'Contentful',
    evidence: [
      {
        kind: 'official-sdk',
        source: 'https://github.com/contentful/node-apps-toolkit/blob/master/src/requests/verify-request.ts',
        checkedOn: '2026-11-30',
      },
      {
        kind: 'official-docs',
        source: 'https://www.contentful.com/developers/docs/webhooks/request-verification/',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-docs',
        source: 'https://www.contentful.com/developers/docs/webhooks/headers/',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: { header: 'x-contentful-idempotency-key' },
      names: 'the event in one webhook',
      unique: 'account',
      stable: true,
      retries: true,
    },
    setup: [
      'In Contentful, under Settings, Webhooks, Settings, enable request verification and store the secret here.',
      'Add a webhook with the address of this source and choose what it sends.',
    ],
    documentation: 'https://www.contentful.com/developers/docs/webhooks/request-verification/',
    options: { url: calledUrlOption('Contentful') },
    type: [{ header: 'x-contentful-topic' }],
    source: [{ json: '/sys/space/sys/id' }],
    subject: { json: '/sys/id' },
    time: [
      { header: 'x-contentful-event-datetime', unit: 'iso' },
      { json: '/sys/updatedAt', unit: 'iso' },
    ],
    // A transformation may change the method and the body.
    methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
    eventTypes: ['Entry', 'Asset', 'ContentType']
      .flatMap((entity) =>
        ['create', 'save', 'auto_save', 'archive', 'unarchive', 'publish', 'unpublish', 'delete'].map(
          (action) => `ContentManagement.${entity}.${action}`,
        ),
      )
      .concat(
        ['Task', 'Comment', 'Release'].flatMap((entity) =>
          ['create', 'save', 'delete'].map((action) => `ContentManagement.${entity}.${action}`),
        ),
      )
      .join(' '),
    answerWithinMs: 30_000,
  },
  {
    verify,
    checkSecret: (secret) =>
      secret.length === SECRET_LENGTH
        ? undefined
        : `A Contentful secret must have ${SECRET_LENGTH} characters.`,
  },
);

function verify(input: VerificationInput): VerificationResult {
  const { request } = input;
  const text = readSingleHeader(request, SIGNATURE, 'missing_signature');
  const signature = typeof text === 'string' ? decoder.decode(text) : undefined;
  const head = typeof text === 'string' ? readHead(input) : text;
  // Without a secret no other problem is worth reporting.
  if (typeof head !== 'string') {
    const unsigned = matchSecrets(input, () => Buffer.alloc(0), []);
    return !unsigned.ok && unsigned.code === 'no_secret' ? unsigned : head;
  }
  const verification = matchSecrets(
    input,
    (secret) => createHmac('sha256', secret).update(head, 'utf8').update(request.rawBody).digest(),
    signature === undefined ? [] : [signature],
    'it was made with another secret, the request was changed, or the address differs from the one that Contentful calls',
  );
  if (!verification.ok) {
    return signature === undefined && verification.code !== 'no_secret'
      ? reject('malformed_signature', `The header ${SIGNATURE} must be ${decoder.form}.`, {
          header: SIGNATURE,
        })
      : verification;
  }
  return checkAgeOf(input, Number(request.headers[TIMESTAMP]?.[0]), TOLERANCE_SECONDS) ?? verification;
}

/** The part of the signed message before the body. */
function readHead(input: VerificationInput): string | Rejection {
  const { request } = input;
  const list = readSingleHeader(request, SIGNED_HEADERS, 'missing_header');
  if (typeof list !== 'string') return reject('malformed_signature', list.message);
  const timestamp = readSingleHeader(request, TIMESTAMP, 'missing_timestamp');
  if (typeof timestamp !== 'string') return timestamp;
  const names = list.split(',').map((name) => name.trim().toLowerCase());
  if (
    !names.includes(TIMESTAMP) ||
    !/^[1-9][0-9]{0,14}$/.test(timestamp) ||
    names.length > MAX_SIGNED_HEADERS
  ) {
    return reject('malformed_timestamp', `The header ${TIMESTAMP} must be a signed time.`, {
      header: TIMESTAMP,
    });
  }
  const lines: string[] = [];
  for (const name of names.sort()) {
    const value = readSingleHeader(request, name, 'missing_header');
    if (typeof value !== 'string') {
      return reject('malformed_signature', `The signed header ${name} must occur exactly once.`);
    }
    lines.push(`${name}:${value.trim()}`);
  }
  return `${request.method}\n${pathOf(input)}\n${lines.join(';')}\n`;
}

/** Contentful escapes the query as a whole, and then the path and the query once more. */
function pathOf(input: VerificationInput): string {
  const url = URL.parse(optionOf(input, 'url') ?? input.request.url);
  const [query] = url?.search.slice(1).split('?') ?? [];
  const path = url?.pathname ?? '';
  return encodeURI((query ? `${path}?${escapeQuery(query)}` : path).toWellFormed());
}
