/** Where Hookline takes events in: sources' addresses, the providers' addresses, and the call that publishes. */
const TAKES_EVENTS = /^\/(in\/.|webhook\/?$|api\/webhooks\/.|api\/events\/?$)/;
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Whether a URL leads back into this installation, so that what is sent there would be sent again, without end.
 * @param href in its normal form
 * @param ownOrigins at which the installation is reached
 */
export function leadsBack(href: string, ownOrigins: readonly string[]): boolean {
  const url = new URL(href);
  const place = placeOf(url);
  return (
    ownOrigins.some((origin) => placeOf(new URL(origin)) === place) && TAKES_EVENTS.test(decode(url.pathname))
  );
}

/** A host and port, without the scheme: what answers in clear often answers with TLS as well. */
function placeOf({ hostname, port, protocol }: URL): string {
  const host = hostname.replace(/\.$/, '');
  if (port === '' && !LOOPBACK.test(host)) return host;
  return `${LOOPBACK.test(host) ? 'loopback' : host}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/** As a server reads it. */
function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
