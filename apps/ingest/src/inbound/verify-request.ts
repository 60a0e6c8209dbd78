import { createHmac, randomBytes } from 'node:crypto';
import type { InboundRequest, Provider, Reception, Rejection } from '@hookline/providers';
import type { ActiveSource } from '../sources/active-source.ts';
import type { SourceDirectory } from '../sources/source-directory.ts';
import type { Receive } from './large-bodies/large-body-receiver.ts';
import type { EnvironmentSecrets } from './provider-secrets.ts';

/** The address that a request was sent to. */
export type Address =
  | {
      readonly kind: 'tenant';
      readonly provider: Provider;
      readonly tenant: string;
      /** The address names no tenant: it is also that of the installation's OAuth applications. */
      readonly isShared: boolean;
    }
  | { readonly kind: 'token'; readonly token: string };

/** The provider's result, or a rejection because of the client address. */
export type SourceReception =
  | Reception
  | {
      readonly kind: 'rejected';
      readonly rejection: Omit<Rejection, 'code'> & {
        readonly code: 'address_not_allowed' | Rejection['code'];
      };
    };

export interface Verified {
  readonly reception: SourceReception;
  /** Undefined: the secret was the environment's, or no source has the address. */
  readonly source: ActiveSource | undefined;
}

/**
 * An answer to the sender that is not a provider's: no source has the address, as far as this sender may know.
 */
const NOBODY: Rejection = {
  ok: false,
  code: 'invalid_signature',
  message: 'No source has this address.',
  status: 401,
  publicCode: 'invalid_signature',
  publicMessage: 'Invalid signature',
};

/** A secret in every provider's format that no one knows. */
const UNKNOWN_SECRET = randomBytes(32).toString('base64');
/**
 * How much of a body is hashed for an address without a source: enough to take as long as usual, but no free work for
 * strangers.
 */
const MAX_DUMMY_BYTES = 65_536;

/** Applications of one provider that are tried for a request to an address without a tenant: the newest. */
const MAX_SHARED_SOURCES = 8;

/** Rejections that only a source's settings can correct. */
const NEEDS_SOURCE: ReadonlySet<string> = new Set(['missing_option', 'invalid_option', 'no_allow_list']);

export interface RequestVerifier {
  /**
   * Finds the owner of the address and verifies the request with the data in memory.
   * @param clientAddress address of the sender according to the trusted proxies
   */
  verify(address: Address, request: InboundRequest, clientAddress: string): Promise<Verified>;
  /**
   * Whether reading the database might change a rejection: the source or its newest secret may have been set a moment
   * ago through another replica.
   */
  mayBeOutdated(reception: SourceReception): boolean;
}

/**
 * Verifies with the sources of the address, else with the environment's secrets, else with a secret that no one
 * knows. Neither the answer nor its time shows whether a tenant exists or whether a secret is set for a provider. A
 * missing secret is for the operator: it is recorded with the rejection.
 * @param repeatWindowMs dedupe window for equal bodies if the source has none
 */
export function createRequestVerifier(
  directory: SourceDirectory,
  environment: EnvironmentSecrets,
  receive: Receive,
  repeatWindowMs: number,
): RequestVerifier {
  function verifyToken(token: string, request: InboundRequest, clientAddress: string): Promise<Verified> {
    const source = directory.byToken(token);
    if (source) return receiveFor(source, request, clientAddress);
    createHmac('sha256', UNKNOWN_SECRET).update(request.rawBody.subarray(0, MAX_DUMMY_BYTES)).digest();
    return Promise.resolve({ reception: { kind: 'rejected', rejection: NOBODY }, source: undefined });
  }

  async function verifyTenant(
    { provider, tenant, isShared }: Extract<Address, { kind: 'tenant' }>,
    request: InboundRequest,
    clientAddress: string,
  ): Promise<Verified> {
    const own = directory.byAddress(tenant, provider.id);
    const shared = isShared ? directory.ofInstallation(provider.id).slice(0, MAX_SHARED_SOURCES) : [];
    const sources = [...shared, ...own];
    const configured = environment.get(provider.id);
    let refused: Verified | undefined;
    for (const source of sources) {
      const verified = await receiveFor(source, request, clientAddress);
      if (!mayFitAnother(verified.reception)) return verified;
      refused ??= verified;
    }
    if (refused) return refused;
    // A provider with only a verify token has no secret in the environment.
    const isConfigured = configured !== undefined && configured.secrets.length > 0;
    const secrets = isConfigured ? configured.secrets : [UNKNOWN_SECRET];
    const verifyTokens = configured?.verifyTokens ?? [];
    const reception = await receive(provider, { request, secrets, verifyTokens, repeatWindowMs });
    if (reception.kind !== 'rejected') return { reception, source: undefined };
    const { rejection } = reception;
    // The environment sets no options, and the unknown secret may be no valid key of this provider: neither may reveal
    // which tenants have a source.
    const told =
      NEEDS_SOURCE.has(rejection.code) || (!isConfigured && rejection.status === 500) ? NOBODY : rejection;
    if (isConfigured || provider.secret === 'none' || told.status !== 401)
      return { reception: { kind: 'rejected', rejection: told }, source: undefined };
    const message = `No secret is set for ${provider.name} at this address, so no request can be verified.${told === NOBODY ? '' : ` ${rejection.message}`}`;
    return {
      reception: { kind: 'rejected', rejection: { ...told, code: 'no_secret', message } },
      source: undefined,
    };
  }

  async function receiveFor(
    source: ActiveSource,
    request: InboundRequest,
    clientAddress: string,
  ): Promise<Verified> {
    const { provider, secrets, verifyTokens, toleranceSeconds, options } = source;
    const isAllowed = source.allowsAddress(clientAddress);
    const addressAllowed = source.namesAddresses && isAllowed;
    const reception = await receive(provider, {
      request,
      secrets,
      verifyTokens,
      toleranceSeconds,
      options,
      addressAllowed,
      dedupe: source.dedupe,
      repeatWindowMs,
    });
    // Checked after the signature, so that the time of the answer does not reveal the allowed addresses.
    if (isAllowed) return { reception, source };
    const signature =
      reception.kind === 'rejected' ? 'The request itself is refused as well' : 'The request itself is right';
    const message = `The request was sent from ${clientAddress}, which is not in allowedIps. ${signature}.`;
    return {
      reception: { kind: 'rejected', rejection: { ...NOBODY, code: 'address_not_allowed', message } },
      source,
    };
  }

  return {
    verify: (address, request, clientAddress) =>
      address.kind === 'token'
        ? verifyToken(address.token, request, clientAddress)
        : verifyTenant(address, request, clientAddress),
    mayBeOutdated: isRefusedBySecret,
  };
}

/** Rejections that another source of the same address may not have. */
function mayFitAnother(reception: SourceReception): boolean {
  return (
    isRefusedBySecret(reception) ||
    (reception.kind === 'rejected' && reception.rejection.code === 'method_not_allowed')
  );
}

/** Rejections that another secret, verify token, tolerance or option may correct. */
function isRefusedBySecret(reception: SourceReception): boolean {
  if (reception.kind !== 'rejected') return false;
  const { status, code } = reception.rejection;
  if (code === 'unknown_topic' || code === 'ignored_signature') return true;
  return status === 401 || status === 403 || status === 500;
}
