import { createHmac, randomBytes } from 'node:crypto';
import {
  type InboundRequest,
  type Provider,
  type Reception,
  type Rejection,
  receiveWebhook,
} from '@hookline/providers';
import type { ActiveSource } from '../sources/active-source.ts';
import type { SourceDirectory } from '../sources/source-directory.ts';
import type { EnvironmentSecrets } from './provider-secrets.ts';

/** Where a request was sent to. */
export type Address =
  | { readonly kind: 'tenant'; readonly provider: Provider; readonly tenant: string }
  | { readonly kind: 'token'; readonly token: string };

export interface Verified {
  readonly reception: Reception;
  /** Undefined: the secret was the environment's, or no source is at the address. */
  readonly source: ActiveSource | undefined;
}

/** An answer to the sender that is no provider's: nothing is at the address. */
const NOBODY: Rejection = {
  ok: false,
  code: 'invalid_signature',
  message: 'No source has this address.',
  status: 401,
  publicCode: 'invalid_signature',
  publicMessage: 'Invalid signature',
};

/** Of every provider's form, and known to nobody. */
const UNKNOWN_SECRET = randomBytes(32).toString('base64');

export interface RequestVerifier {
  /** Finds who the request is for and verifies it with what is in memory. */
  verify(address: Address, request: InboundRequest): Verified;
  /**
   * Whether a look into the database might change a refusal: the source, or its newest secret, may have been set
   * a moment ago through another replica.
   */
  mayBeOutdated(reception: Reception): boolean;
}

/**
 * Verifies with the sources of the address, else with the environment's secrets, else with a secret that nobody has:
 * whether a tenant exists shows neither in the answer nor in its time. Only when nothing at all is set up for a
 * provider the answer says so, which tells the operator and helps nobody to guess.
 */
export function createRequestVerifier(
  directory: SourceDirectory,
  environment: EnvironmentSecrets,
): RequestVerifier {
  function verifyToken(token: string, request: InboundRequest): Verified {
    const source = directory.byToken(token);
    if (source) return { reception: receiveFor(source, request), source };
    createHmac('sha256', UNKNOWN_SECRET).update(request.rawBody).digest();
    return { reception: { kind: 'rejected', rejection: NOBODY }, source: undefined };
  }

  function verifyTenant(provider: Provider, tenant: string, request: InboundRequest): Verified {
    const sources = directory.byAddress(tenant, provider.id);
    const configured = environment.get(provider.id);
    let refused: Verified | undefined;
    for (const source of sources) {
      const verified = { reception: receiveFor(source, request), source };
      if (!isRefusedBySecret(verified.reception)) return verified;
      refused ??= verified;
    }
    if (refused) return refused;
    // A provider of which only the verify token is configured has no secret in the environment.
    const isConfigured = configured !== undefined && configured.secrets.length > 0;
    const withoutSecret = directory.hasProvider(provider.id) ? [UNKNOWN_SECRET] : [];
    const secrets = isConfigured ? configured.secrets : withoutSecret;
    const verifyTokens = configured?.verifyTokens ?? [];
    return { reception: receiveWebhook(provider, { request, secrets, verifyTokens }), source: undefined };
  }

  return {
    verify: (address, request) =>
      address.kind === 'token'
        ? verifyToken(address.token, request)
        : verifyTenant(address.provider, address.tenant, request),
    mayBeOutdated: isRefusedBySecret,
  };
}

function receiveFor(source: ActiveSource, request: InboundRequest): Reception {
  const { provider, secrets, verifyTokens, toleranceSeconds } = source;
  return receiveWebhook(provider, { request, secrets, verifyTokens, toleranceSeconds });
}

/** Refused for a reason that another secret, verify token or tolerance could take away. */
function isRefusedBySecret(reception: Reception): boolean {
  if (reception.kind !== 'rejected') return false;
  const { status } = reception.rejection;
  return status === 401 || status === 403 || status === 500;
}
