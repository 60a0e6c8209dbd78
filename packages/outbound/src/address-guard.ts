import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { parseDestinations } from './destination-list.ts';
import { isPublicAddress } from './public-address.ts';
import { type ResolveHost, resolveLocalHost, resolvePublicHost } from './resolve-host.ts';

/** The check that refused a destination. */
export type RefusalReason = 'url' | 'scheme' | 'credentials' | 'port' | 'host' | 'address';

/** The texts for tenants. They never say what a name resolves to, because that would reveal the internal network. */
const TELLABLE: Readonly<Record<RefusalReason, string>> = {
  url: 'is not a URL, or is a URL that parsers read in different ways',
  scheme: 'has a scheme that is not allowed; use https',
  credentials: 'must not contain a user name or a password',
  port: 'has a port that is not allowed',
  host: 'leads to an address that is not public',
  address: 'leads to an address that is not public',
};

/** A destination that Hookline may not call. `message` is for the log, `publicMessage` for tenants. */
export class AddressNotAllowedError extends Error {
  override readonly name = 'AddressNotAllowedError';
  readonly code = 'address_not_allowed';
  readonly reason: RefusalReason;
  /** Continues a sentence that begins with the name of the URL's field. */
  readonly publicMessage: string;

  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
    this.publicMessage = TELLABLE[reason];
  }
}

export interface AddressGuardOptions {
  /** For development: every port, name and address is allowed. */
  allowPrivate: boolean;
  /** Networks, addresses and host names that may be called although they are not public. See `parseDestinations`. */
  allow?: readonly string[];
  /**
   * Public destinations that may not be called, even in development, such as Hookline's own names. Format as in
   * `allow`.
   */
  deny?: readonly string[];
  /** Default 80, 443, 8080, 8443. */
  ports?: readonly number[];
  /** Default false. */
  httpsOnly?: boolean;
  /** Resolves a host name. Default: by the name servers; a host in `allow` is resolved as the machine does. */
  resolve?: ResolveHost;
}

export interface AddressGuard {
  /**
   * Checks the text of a URL. WHATWG's parser accepts a backslash, a line break and spaces, but other parsers read such
   * a text differently: it is refused.
   * @throws AddressNotAllowedError
   */
  parseUrl(text: string): URL;
  /**
   * Checks a parsed URL: scheme, user info, port, literal addresses in every notation that WHATWG's parser knows,
   * local names. The addresses of a name are checked by `lookup`, at each connection.
   * @throws AddressNotAllowedError
   */
  checkUrl(url: URL): void;
  /**
   * Checks the addresses that a URL's host name has now, so that a URL is refused when it is saved and not only when it
   * is called. A name that does not resolve passes, because it may resolve later.
   * @throws AddressNotAllowedError
   */
  checkAnswers(url: URL): Promise<void>;
  /**
   * Checks the remote address of a connection.
   * @param host the host of the URL
   * @throws AddressNotAllowedError
   */
  checkAddress(host: string, address: string | undefined): void;
  /** Whether loopback and private addresses may be called, as in development. */
  readonly allowsPrivate: boolean;
  /** For `net.connect`: refuses a name if *any* of its addresses is not public, and returns one checked address. */
  lookup: LookupFunction;
}

const DEFAULT_PORTS = [80, 443, 8080, 8443];
const MAX_URL_LENGTH = 2_048;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must not occur.
const AMBIGUOUS = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/;
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i;
const LOCAL_NAME =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|onion|invalid|test|example|svc|cluster\.local|in-addr\.arpa|ip6\.arpa)$/;

/** @throws RangeError for an invalid entry of `allow` or `deny` */
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
      throw new AddressNotAllowedError('credentials', 'the URL contains user info');
    const host = hostOf(url.hostname);
    if (denied.hasHost(host)) throw new AddressNotAllowedError('host', `${host} is on the deny list`);
    // A literal address is never looked up, so it is checked here.
    if (isIP(host) !== 0) checkAddress(host, host);
    else if (!allowPrivate) checkName(host);
    if (allowPrivate) return;
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
    if (!ports.has(port)) throw new AddressNotAllowedError('port', `the port ${port} is not allowed`);
  }

  function checkName(host: string): void {
    if (host.split('.').includes('')) throw new AddressNotAllowedError('host', `${host} is not a valid name`);
    if (!allowed.hasHost(host) && (!host.includes('.') || LOCAL_NAME.test(host)))
      throw new AddressNotAllowedError('host', `${host} is a local name`);
  }

  function checkAddress(host: string, address: string | undefined): void {
    if (address !== undefined && denied.hasAddress(address))
      throw new AddressNotAllowedError(
        'address',
        `${host} has the address ${address}, which is on the deny list`,
      );
    if (allowPrivate || allowed.hasHost(hostOf(host))) return;
    if (address !== undefined && (isPublicAddress(address) || allowed.hasAddress(address))) return;
    throw new AddressNotAllowedError(
      'address',
      `${host} has the address ${address ?? 'unknown'}, which is not public`,
    );
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
        throw new AddressNotAllowedError(
          'url',
          'it is not a URL, or is a URL that parsers read in different ways',
        );
      const url = new URL(text);
      checkUrl(url);
      // The parsed URL no longer shows an empty user info.
      if (authority.includes('@'))
        throw new AddressNotAllowedError('credentials', 'the URL contains user info');
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
          // Undici and Node ask for all addresses: they get one checked address and cannot choose another.
          if (lookupOptions.all) (callback as unknown as AllCallback)(null, [found]);
          else callback(null, found.address, found.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, ''),
      );
    },
  };
}

type AllCallback = (error: null, addresses: LookupAddress[]) => void;

/** The host without the brackets of IPv6 and without the trailing dot of an absolute name. */
const hostOf = (hostname: string) => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
