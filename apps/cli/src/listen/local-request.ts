import { signWebhook } from '@hookline/signing';

/** A request of a provider as it was received, or the one that Hookline makes of an event without one. */
export interface OriginalRequest {
  method: string;
  /** What the provider appended to the address: empty, or beginning with `/`. */
  pathSuffix: string;
  /** Without the question mark. */
  query: string;
  /** In the order in which they were sent. */
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
  /** The address that the provider called; undefined if none did. */
  calledUrl: string | undefined;
  /** Whether a provider sent it. False: it is the body that Hookline sends to an endpoint. */
  isProviders: boolean;
  /** Headers that are missing, because their values are secrets. */
  withheld: readonly string[];
}

/** A request, ready to be sent to a local server. */
export interface LocalRequest {
  method: string;
  /** A text: as a `URL` some characters of the path and the query would be changed. */
  url: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
  /** When it was signed, in seconds since 1970. Undefined for a sample, which its provider signs. */
  signedAtSeconds?: number;
}

/** Headers of the connection on which the provider sent, and what its HTTP client could unpack. */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Some providers sign the address. Delivery sends it in the same header. */
const ORIGINAL_URL = 'hookline-original-url';

/**
 * The request for a local server: the original's method, path, query, headers and bytes, so that the provider's
 * signature stays valid, and a signature of ours. If the provider signs by Standard Webhooks, its headers of that name
 * stay and ours are left out.
 */
export function toLocalRequest(
  original: OriginalRequest,
  target: URL,
  sign: { id: string; type: string; secret: string; timestampSeconds: number },
): LocalRequest {
  const { id, type, secret, timestampSeconds } = sign;
  const headers = original.headers.filter(([name]) => !NOT_FORWARDED.has(name.toLowerCase()));
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const ours = signWebhook({ id, type, timestampSeconds, secrets: [secret], body: [original.body] });
  const taken = new Set([...names].map(familyOf));
  const added = Object.entries(ours).filter(([name]) => !taken.has(familyOf(name)));
  return {
    method: original.method,
    url: appendTo(target, original),
    headers: [
      ...headers,
      ...(names.has('user-agent') ? [] : [['user-agent', 'hookline-listen'] as const]),
      ...(names.has('accept') ? [] : [['accept', '*/*'] as const]),
      ...(original.calledUrl === undefined || names.has(ORIGINAL_URL)
        ? []
        : [[ORIGINAL_URL, original.calledUrl] as const]),
      ...added,
    ],
    body: original.body,
    signedAtSeconds: timestampSeconds,
  };
}

/** The target's path and query, each followed by the provider's, unchanged: some providers sign them. */
function appendTo({ origin, pathname, search }: URL, { pathSuffix, query }: OriginalRequest): string {
  const path = pathSuffix === '' ? pathname : `${pathname.replace(/\/$/, '')}${pathSuffix}`;
  const all = [search.slice(1), query].filter((part) => part !== '').join('&');
  return `${origin}${path}${all === '' ? '' : `?${all}`}`;
}

/** Headers that belong together. */
function familyOf(name: string): string {
  if (name.startsWith('x-webhook-')) return 'x-webhook-';
  return name.startsWith('webhook-') ? 'webhook-' : name;
}
