import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { parseDestinations } from './destination-list.ts';
import { isPublicAddress } from './public-address.ts';
import { type ResolveHost, resolveLocalHost, resolvePublicHost } from './resolve-host.ts';

/** At which look a destination was refused. */
export type RefusalReason = 'url' | 'scheme' | 'credentials' | 'port' | 'host' | 'address';

/** What a tenant may be told of a refusal: never what a name resolves to, which would map the internal network. */
const TELLABLE: Readonly<Record<RefusalReason, string>> = {
  url: 'is not a URL, or one that can be read in several ways',
  scheme: 'has a scheme that is not allowed; use https',
  credentials: 'must not carry a user or a password',
  port: 'has a port that is not allowed',
  host: 'leads to an address that is not public',
  address: 'leads to an address that is not public',
};

/** A destination that Hookline may not call. The message is for the log; tenants are told `publicMessage`. */
export class AddressNotAllowedError extends Error {
  override readonly name = 'AddressNotAllowedError';
  readonly code = 'address_not_allowed';
  readonly reason: RefusalReason;
  /** Goes on after the name of the field that holds the URL. */
  readonly publicMessage: string;

  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
    this.publicMessage = TELLABLE[reason];
  }
}

export interface AddressGuardOptions {
  /** Development: every port, name and address is allowed. */
  allowPrivate: boolean;
  /** Networks, addresses and names that may be called though they are not public. See `parseDestinations`. */
  allow?: readonly string[];
  /** What may not be called though it is public, even in development: our own names, for one. As in `allow`. */
  deny?: readonly string[];
  /** Default 80, 443, 8080, 8443. */
  ports?: readonly number[];
  /** Default false. */
  httpsOnly?: boolean;
  /** Asks for the addresses of a name. Default: the name servers; the machine's own way for what `allow` names. */
  resolve?: ResolveHost;
}

export interface AddressGuard {
  /**
   * Judges a URL as somebody wrote it. WHATWG's parser forgives much (a backslash, a line break, spaces), and others
   * would read the same text otherwise: such text is refused.
   * @throws AddressNotAllowedError
   */
  parseUrl(text: string): URL;
  /**
   * Judges a parsed URL: scheme, user info, port, literal addresses in every notation that WHATWG's parser knows,
   * local names. What a name resolves to is judged by `lookup`, at each connection.
   * @throws AddressNotAllowedError
   */
  checkUrl(url: URL): void;
  /**
   * Judges what a URL's name resolves to now, so that it is refused when it is saved and not only when it is called.
   * A name that does not resolve passes: it may some day.
   * @throws AddressNotAllowedError
   */
  checkAnswers(url: URL): Promise<void>;
  /**
   * Judges the address that a connection was made to.
   * @param host as in the URL
   * @throws AddressNotAllowedError
   */
  checkAddress(host: string, address: string | undefined): void;
  /** Whether this is development, where loopback and private addresses may be called. */
  readonly allowsPrivate: boolean;
  /** For `net.connect`: refuses a name if *any* of its addresses is not public, and pins the one it was judged by. */
  lookup: LookupFunction;
}

const DEFAULT_PORTS = [80, 443, 8080, 8443];
const MAX_URL_LENGTH = 2_048;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
const AMBIGUOUS = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/;
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i;
const LOCAL_NAME =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|onion|invalid|test|example|svc|cluster\.local|in-addr\.arpa|ip6\.arpa)$/;

/** @throws RangeError for an entry of `allow` or `deny` that cannot be read */
export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const { allowPrivate, httpsOnly = false } = options;
  const allowed = parseDestinations('allow', options.allow ?? []);
  const denied = parseDestinations('deny', options.deny ?? []);
  const ports = new Set(options.ports ?? DEFAULT_PORTS);

  function checkUrl(url: URL): void {
    if (url.protocol !== 'https:' && (url.protocol !== 'http:' || httpsOnly)) {
      throw new AddressNotAllowedError('scheme', `the scheme ${url.protocol} is not allowed`);
    }
    if (url.username !== '' || url.password !== '')
      throw new AddressNotAllowedError('credentials', 'the URL carries user info');
    const host = hostOf(url.hostname);
    if (denied.hasHost(host)) throw new AddressNotAllowedError('host', `${host} is not to be called`);
    // No look-up is made for a literal address, so it is judged here.
    if (isIP(host) !== 0) checkAddress(host, host);
    else if (!allowPrivate) checkName(host);
    if (allowPrivate) return;
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
    if (!ports.has(port)) throw new AddressNotAllowedError('port', `the port ${port} is not allowed`);
  }

  function checkName(host: string): void {
    if (host.split('.').includes('')) throw new AddressNotAllowedError('host', `${host} is no name`);
    if (!allowed.hasHost(host) && (!host.includes('.') || LOCAL_NAME.test(host)))
      throw new AddressNotAllowedError('host', `${host} is a local name`);
  }

  function checkAddress(host: string, address: string | undefined): void {
    if (address !== undefined && denied.hasAddress(address))
      throw new AddressNotAllowedError('address', `${host} is ${address}, which is not to be called`);
    if (allowPrivate || allowed.hasHost(hostOf(host))) return;
    if (address !== undefined && (isPublicAddress(address) || allowed.hasAddress(address))) return;
    throw new AddressNotAllowedError('address', `${host} is ${address ?? 'nowhere'}, which is not public`);
  }

  async function resolveChecked(host: string): Promise<LookupAddress> {
    const isLocal = allowPrivate || allowed.hasHost(hostOf(host));
    const resolve = options.resolve ?? (isLocal ? resolveLocalHost : resolvePublicHost);
    const addresses = await resolve(host);
    for (const { address } of addresses) checkAddress(host, address);
    const [first] = addresses;
    if (!first)
      throw Object.assign(new Error(`${host} has no address`), { code: 'ENODATA', syscall: 'query' });
    return first;
  }

  return {
    allowsPrivate: allowPrivate,
    parseUrl(text) {
      const authority = AUTHORITY.exec(text)?.[1];
      if (
        text.length > MAX_URL_LENGTH ||
        AMBIGUOUS.test(text) ||
        authority === undefined ||
        !URL.canParse(text)
      )
        throw new AddressNotAllowedError('url', 'it is not a URL, or one that can be read in several ways');
      const url = new URL(text);
      checkUrl(url);
      // An empty user info is gone from the parsed URL.
      if (authority.includes('@'))
        throw new AddressNotAllowedError('credentials', 'the URL carries user info');
      return url;
    },
    checkUrl,
    async checkAnswers(url) {
      const host = url.hostname;
      if (isIP(hostOf(host)) !== 0) return;
      try {
        await resolveChecked(host);
      } catch (error) {
        if (error instanceof AddressNotAllowedError) throw error;
      }
    },
    checkAddress,
    lookup: (hostname, lookupOptions, callback) => {
      resolveChecked(hostname).then(
        (found) => {
          // Undici and Node ask for all: they get the one that was judged, and have no choice.
          if (lookupOptions.all) (callback as unknown as AllCallback)(null, [found]);
          else callback(null, found.address, found.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, ''),
      );
    },
  };
}

type AllCallback = (error: null, addresses: LookupAddress[]) => void;

/** Without the brackets of IPv6 and the dot of a complete name. */
const hostOf = (hostname: string) => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
