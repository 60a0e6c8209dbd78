import { createHash, verify as isSigned } from 'node:crypto';
import { calledUrlOption } from '../presets/define-preset.ts';
import { defineProvider } from '../presets/define-provider.ts';
import { optionOf } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { checkAgeOf } from '../schemes/check-age.ts';
import { signatureDecoder } from '../schemes/decode-signature.ts';
import { parseEd25519Key } from '../schemes/ed25519.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { readKeys } from '../schemes/usable-secrets.ts';

const SIGNATURE = 'keygen-signature';
const SIGNED_HEADERS = '(request-target) host date digest';
const TOLERANCE_SECONDS = 300;
const decoder = signatureDecoder('base64', 64);
const parseKey = cacheBySecret((secret: string) =>
  parseEd25519Key(secret, { publicKeyPrefix: '', publicKeyEncoding: 'hex' }),
);

/**
 * `Keygen-Signature`: an HTTP signature (draft-cavage, Ed25519) over method, address, `Date` and the SHA-256 of the
 * body. The signed parts are fixed here; the request cannot choose them.
 */
export const keygen = defineProvider(
  {
    id: 'keygen',
    name: 'Keygen',
    evidence: [
      { kind: 'official-docs', source: 'https://keygen.sh/docs/api/webhooks/', checkedOn: '2026-11-29' },
      {
        kind: 'official-docs',
        source: 'https://github.com/keygen-sh/keygen-api/blob/HEAD/app/workers/webhook_worker.rb',
        checkedOn: '2026-11-30',
      },
    ],
    identity: {
      id: { json: '/data/id' },
      names: 'the event in one endpoint',
      unique: 'account',
      stable: true,
      retries: true,
      retriesForSeconds: 217_687,
    },
    setup: [
      'In the Keygen dashboard, under Settings, copy the Ed25519 public key (hexadecimal) and store it here as the secret.',
      'Add a webhook endpoint with the address of this source, exactly as Hookline shows it, and the signature algorithm ed25519.',
    ],
    documentation: 'https://keygen.sh/docs/api/signatures/',
    options: { url: calledUrlOption('Keygen') },
    type: [{ json: '/data/attributes/event' }],
    time: { json: '/data/attributes/created', unit: 'iso' },
    eventTypes: `account.billing.updated account.plan.updated account.settings.created
      account.settings.deleted account.settings.updated account.subscription.canceled
      account.subscription.paused account.subscription.renewed account.subscription.resumed
      account.updated artifact.created artifact.deleted artifact.downloaded artifact.updated
      artifact.upload.failed artifact.upload.processing artifact.upload.succeeded component.created
      component.deleted component.updated entitlement.created entitlement.deleted entitlement.updated
      environment.created environment.deleted environment.updated group.created group.deleted
      group.owners.attached group.owners.detached group.updated key.created key.deleted key.updated
      license.checked-in license.checked-out license.created license.deleted license.entitlements.attached
      license.entitlements.detached license.expired license.expiring-soon license.group.updated
      license.owner.updated license.policy.updated license.reinstated license.renewed license.revoked
      license.suspended license.updated license.usage.decremented license.usage.incremented
      license.usage.reset license.user.updated license.users.attached license.users.detached
      license.validation.failed license.validation.succeeded machine.checked-out machine.created
      machine.deleted machine.group.updated machine.heartbeat.dead machine.heartbeat.ping
      machine.heartbeat.pong machine.heartbeat.reset machine.heartbeat.resurrected machine.owner.updated
      machine.proofs.generated machine.updated package.created package.deleted package.updated
      policy.created policy.deleted policy.entitlements.attached policy.entitlements.detached
      policy.pool.popped policy.updated process.created process.deleted process.heartbeat.dead
      process.heartbeat.ping process.heartbeat.pong process.heartbeat.resurrected process.updated
      product.created product.deleted product.updated release.constraints.attached
      release.constraints.detached release.created release.deleted release.downloaded
      release.package.updated release.published release.updated release.upgraded release.uploaded
      release.yanked second-factor.created second-factor.deleted token.generated token.regenerated
      token.revoked user.banned user.created user.deleted user.group.updated user.password-reset
      user.unbanned user.updated`,
    harmfulStatuses: {
      effects: { 410: 'disables the endpoint', 530: 'disables the endpoint' },
      instead: 404,
    },
    answerWithinMs: 15_000,
  },
  {
    verify,
    checkSecret(secret) {
      const parsed = parseKey(secret);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  },
);

function verify(input: VerificationInput): VerificationResult {
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
      `The header ${SIGNATURE} must be an Ed25519 signature of "${SIGNED_HEADERS}".`,
      {
        header: SIGNATURE,
      },
    );
  }
  const date = readSingleHeader(request, 'date', 'missing_timestamp');
  if (typeof date !== 'string') return date;
  const address = optionOf(input, 'url') ?? request.url;
  const url = URL.parse(address);
  const message = Buffer.from(
    [
      `(request-target): ${request.method.toLowerCase()} ${url?.pathname}${url?.search}`,
      `host: ${hostOf(address)}`,
      `date: ${date}`,
      `digest: sha-256=${createHash('sha256').update(request.rawBody).digest('base64')}`,
    ].join('\n'),
    'latin1',
  );
  const signer = keys.find(({ key }) => isSigned(null, message, key, signature));
  if (signer === undefined) {
    return reject(
      'invalid_signature',
      `The signature does not match: it was made with another key, the body was changed, or the address is not ${url?.href}.`,
      { secretsTried: keys.length },
    );
  }
  return (
    checkAgeOf(input, Date.parse(date), TOLERANCE_SECONDS) ?? { ok: true, secretIndex: signer.secretIndex }
  );
}

/** Keygen signs the host in the case in which it was entered, and without the port. */
function hostOf(address: string): string {
  return /^[a-z]+:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(address)?.[1] ?? '';
}
