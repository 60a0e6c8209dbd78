import type { VerificationInput, VerificationResult, VerificationScheme } from '../provider/verification.ts';
import { headerOf, type InboundRequest } from '../request/inbound-request.ts';
import { compileEd25519Scheme } from './ed25519.ts';
import { compileHmacScheme } from './hmac.ts';
import type { SchemeDefinition } from './scheme-definition.ts';

const PUBLIC_KEY_PREFIX = 'whpk_';

export interface StandardWebhooksScheme extends VerificationScheme {
  /** The signed id of a request: the same for every attempt at one event. */
  idOf(request: InboundRequest): string | undefined;
  /** The signed time of a request, in seconds since 1970, as text. */
  timestampOf(request: InboundRequest): string | undefined;
}

/**
 * Standard Webhooks 1.0: `<prefix>-id`, `<prefix>-timestamp`, `<prefix>-signature`; `v1` with secrets `whsec_…`,
 * `v1a` with public keys `whpk_…` in the place of secrets.
 *
 * Of several prefixes, the first with any header present counts. The verification and the id use the same prefix, so
 * that unsigned headers of another prefix are never used.
 */
export function compileStandardWebhooks(first: string, ...others: readonly string[]): StandardWebhooksScheme {
  const variants: [Variant, ...Variant[]] = [compileVariant(first), ...others.map(compileVariant)];
  const variantOf = ({ headers }: InboundRequest): Variant =>
    variants.find(
      ({ id, timestamp, signature }) => headers[id] ?? headers[timestamp] ?? headers[signature],
    ) ?? variants[0];
  return {
    verify: (input) => variantOf(input.request).scheme.verify(input),
    checkSecret: variants[0].scheme.checkSecret,
    idOf: (request) => headerOf(request, variantOf(request).id),
    timestampOf: (request) => headerOf(request, variantOf(request).timestamp),
  };
}

/** The scheme under one prefix, and its header names. */
interface Variant {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly scheme: VerificationScheme;
}

function compileVariant(prefix: string): Variant {
  const [id, timestamp, signature] = [`${prefix}-id`, `${prefix}-timestamp`, `${prefix}-signature`];
  const common: SchemeDefinition = {
    signature: { header: signature, separators: ' ' },
    encoding: 'base64',
    message: `{header:${id}}.{timestamp}.{body}`,
    timestamp: { header: timestamp, dates: 'unknown', toleranceSeconds: 300 },
  };
  const hmac = compileHmacScheme({
    ...common,
    signature: { ...common.signature, prefix: 'v1,' },
    key: { base64After: 'whsec_' },
  });
  const ed25519 = compileEd25519Scheme({
    ...common,
    signature: { ...common.signature, prefix: 'v1a,' },
    publicKeyPrefix: PUBLIC_KEY_PREFIX,
  });
  const scheme: VerificationScheme = {
    verify: (input) => verifyWithEither(input, hmac, ed25519),
    checkSecret: (secret) => (secret.startsWith(PUBLIC_KEY_PREFIX) ? ed25519 : hmac).checkSecret(secret),
  };
  return { id, timestamp, signature, scheme };
}

/** The keys of one scheme. Keys of the other scheme become empty, so that the indexes do not change. */
function verifyWithEither(
  input: VerificationInput,
  hmac: VerificationScheme,
  ed25519: VerificationScheme,
): VerificationResult {
  const isPublicKey = (secret: string) => secret.startsWith(PUBLIC_KEY_PREFIX);
  if (!input.secrets.some(isPublicKey)) return hmac.verify(input);
  const byPublicKey = ed25519.verify({
    ...input,
    secrets: input.secrets.map((secret) => (isPublicKey(secret) ? secret : '')),
  });
  if (byPublicKey.ok || input.secrets.every(isPublicKey)) return byPublicKey;
  return hmac.verify({
    ...input,
    secrets: input.secrets.map((secret) => (isPublicKey(secret) ? '' : secret)),
  });
}
