/** Outbound webhook signatures. Depends on `node:crypto` alone, so that receivers can use it too. */
export { DEFAULT_TOLERANCE_SECONDS, type TimestampPolicy } from './check-timestamp.ts';
export {
  generateSigningKeyPair,
  type PublicJwk,
  parsePrivateKey,
  parsePublicKey,
  publicKeyOf,
  type SigningKeyPair,
  toPublicJwk,
} from './ed25519-keys.ts';
export {
  type SecretErrorCode,
  type SignErrorCode,
  type VerifyErrorCode,
  WebhookError,
  WebhookSecretError,
  WebhookSignError,
  WebhookVerificationError,
} from './errors.ts';
export type { ReceivedHeaders } from './received-headers.ts';
export { generateSecret, parseSecret } from './secrets.ts';
export {
  type MessageToSign,
  type SignatureHeaders,
  type SignPlainWebhookInput,
  type SignStandardWebhookInput,
  type SignWebhookInput,
  signPlainWebhook,
  signStandardWebhook,
  signWebhook,
} from './sign-webhook.ts';
export { type VerifyPlainSignatureInput, verifyPlainSignature } from './verify-plain-signature.ts';
export {
  type VerifiedWebhook,
  type VerifyStandardWebhookInput,
  verifyStandardWebhook,
} from './verify-standard-webhook.ts';
