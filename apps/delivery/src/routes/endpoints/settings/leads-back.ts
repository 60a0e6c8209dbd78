/**
 * The paths at which Hookline receives events: of sources, of providers, and of the calls that publish an event or send one
 * again. Other paths below `/api` may belong to an application behind the same proxy.
 */
const TAKES_EVENTS =
  /^\/(in\/.|webhook\/?$|api\/(webhooks\/.|events(\/batch)?\/?$|webhook-events\/.|deliveries\/.|dead-letters\/.|replays\/?))/;
/** A connection to the unspecified address reaches this machine too. */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/;
/** An IPv4 address in an IPv6 one, as `URL` writes it. */
const MAPPED = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

/**
 * Whether a URL leads back into this installation: an event that is sent there would be sent again without end.
 * @param href normalized
 * @param ownOrigins the origins of the installation
 */
export function leadsBack(href: string, ownOrigins: readonly string[]): boolean {
  const url = new URL(href);
  const place = placeOf(url);
  return (
    ownOrigins.some((origin) => placeOf(new URL(origin)) === place) && TAKES_EVENTS.test(decode(url.pathname))
  );
}

/** A host and port without the scheme: a server often answers with and without TLS. */
function placeOf({ hostname, port, protocol }: URL): string {
  const host = withoutMapping(hostname.replace(/\.$/, ''));
  if (port === '' && !LOOPBACK.test(host)) return host;
  return `${LOOPBACK.test(host) ? 'loopback' : host}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

function withoutMapping(host: string): string {
  const [, high, low] = MAPPED.exec(host) ?? [];
  if (high === undefined || low === undefined) return host;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 0xff, b >> 8, b & 0xff].join('.');
}

/** The path as a server reads it. */
function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
