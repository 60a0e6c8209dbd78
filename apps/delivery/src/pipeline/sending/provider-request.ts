import { decodeKeptRequest } from '@hookline/bus';
import { HOPS_HEADER, type KeptMethod, type KeptRequest } from '@hookline/contracts';
import { asBuffer, type RequestContent } from '../delivery/request-content.ts';

/** Decrypts the encrypted header values of a tenant's kept requests. */
export type OpenRequestSecret = (tenant: string, sealed: string) => string;

export interface KeptEvent {
  tenantId: string;
  payload: Uint8Array;
  /** The kept request, encoded. */
  request: Uint8Array;
}

/**
 * Headers that are not forwarded: `accept-encoding` describes the provider's client, and the hop count is set for each
 * request.
 */
const NOT_SENT_ON: ReadonlySet<string> = new Set(['accept-encoding', HOPS_HEADER]);

/**
 * Reads the kept request of an event, to be forwarded.
 * @param own the endpoint's content: its headers are added
 * @throws BusError `malformed_event`, DatabaseError `unseal_failed`
 */
export async function readProviderRequest(
  open: OpenRequestSecret,
  { tenantId, payload, request }: KeptEvent,
  own: Pick<RequestContent, 'method' | 'headers'>,
): Promise<RequestContent> {
  const kept = await decodeKeptRequest(request);
  const query = kept.isQuerySealed ? open(tenantId, kept.query) : kept.query;
  const headers: Record<string, string | string[]> = Object.create(null);
  for (const { name, value, isSealed } of kept.headers) {
    if (NOT_SENT_ON.has(name)) continue;
    const plain = isSealed ? open(tenantId, value) : value;
    const before = headers[name];
    headers[name] = before === undefined ? plain : [before, plain].flat();
  }
  return {
    ...own,
    body: asBuffer(kept.body ?? payload),
    provider: {
      method: kept.method as KeptMethod,
      headers,
      pathSuffix: kept.pathSuffix,
      query,
      url: urlOf(kept, query),
    },
  };
}

/** The whole address that the provider called. */
export function urlOf({ origin, path, pathSuffix }: KeptRequest, query: string): string {
  return `${origin}${path}${pathSuffix}${query === '' ? '' : `?${query}`}`;
}
