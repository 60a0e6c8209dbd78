import { createHash, verify as isSigned } from 'node:crypto';
import { calledUrlOption } from '../presets/define-preset.ts';
import { defineProvider } from '../presets/define-provider.ts';
import type { Verification, VerificationInput } from '../provider.ts';
import { reject } from '../rejection.ts';
import { checkAgeOf } from '../schemes/check-age.ts';
import { signatureDecoder } from '../schemes/decode-signature.ts';
import { parseEd25519Key } from '../schemes/ed25519.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { readKeys } from '../schemes/usable-secrets.ts';
import { readSingleHeader } from '../single-header.ts';
import { optionOf } from '../source-options.ts';

const SIGNATURE = 'keygen-signature';
const SIGNED_HEADERS = '(request-target) host date digest';
const TOLERANCE_SECONDS = 300;
const decoder = signatureDecoder('base64', 64);
const parseKey = cacheBySecret((secret: string) =>
  parseEd25519Key(secret, { publicKeyPrefix: '', publicKeyEncoding: 'hex' }),
);

/**
 * `Keygen-Signature`: an HTTP signature (draft-cavage) by Ed25519 over method, address, `Date` and the SHA-256 of the
 * body. Which parts are signed is fixed here and not left to the request.
 */
export const keygen = defineProvider(
  {
    id: 'keygen',
    name: 'Keygen',
    evidence: [
      { kind: 'official-docs', source: 'https://keygen.sh/docs/api/webhooks/', checkedOn: '2026-11-29' },
    ],
    identity: {
      id: { json: '/data/id' },
      names: 'the event at one endpoint',
      unique: 'account',
      stable: true,
      retries: true,
    },
    setup: [
      'In the Keygen dashboard, under Settings, copy the Ed25519 public key (hexadecimal) and store it here as the secret.',
      'Add a webhook endpoint with the address of this source, exactly as it is shown, and the signature algorithm ed25519.',
    ],
    documentation: 'https://keygen.sh/docs/api/signatures/',
    options: { url: calledUrlOption('Keygen') },
    type: [{ json: '/data/attributes/event' }],
    time: { json: '/data/attributes/created', unit: 'iso' },
    eventTypes: `license.created license.updated license.deleted license.expired license.expiring-soon
      license.renewed license.revoked license.suspended license.reinstated license.validation.succeeded
      license.validation.failed machine.created machine.updated machine.deleted user.created user.updated
      user.deleted policy.created policy.updated policy.deleted product.created product.updated product.deleted`,
  },
  {
    verify,
    checkSecret(secret) {
      const parsed = parseKey(secret);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  },
);

function verify(input: VerificationInput): Verification {
  const { request } = input;
  const keys = readKeys(input, parseKey, 'public key');
  if (!Array.isArray(keys)) return keys;
  const header = readSingleHeader(request, SIGNATURE, 'missing_signature');
  if (typeof header !== 'string') return header;
  const parameters = new Map(
    [...header.matchAll(/\b(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const signature = decoder.decode(parameters.get('signature') ?? '');
  if (
    signature === undefined ||
    parameters.get('algorithm') !== 'ed25519' ||
    parameters.get('headers') !== SIGNED_HEADERS
  ) {
    return reject(
      'malformed_signature',
      `The header ${SIGNATURE} is no Ed25519 signature of "${SIGNED_HEADERS}".`,
      {
        header: SIGNATURE,
      },
    );
  }
  const date = readSingleHeader(request, 'date', 'missing_timestamp');
  if (typeof date !== 'string') return date;
  const url = URL.parse(optionOf(input, 'url') ?? request.url);
  const message = Buffer.from(
    [
      `(request-target): ${request.method.toLowerCase()} ${url?.pathname}${url?.search}`,
      `host: ${url?.host}`,
      `date: ${date}`,
      `digest: sha-256=${createHash('sha256').update(request.rawBody).digest('base64')}`,
    ].join('\n'),
    'latin1',
  );
  const signer = keys.find(({ key }) => isSigned(null, message, key, signature));
  if (signer === undefined) {
    return reject(
      'invalid_signature',
      `The signature does not match: another key signed, the body was changed, or the address is not ${url?.href}.`,
      { secretsTried: keys.length },
    );
  }
  return (
    checkAgeOf(input, Date.parse(date), TOLERANCE_SECONDS) ?? { ok: true, secretIndex: signer.secretIndex }
  );
}
