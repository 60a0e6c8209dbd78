import type { IncomingMessage } from 'node:http';
import { ApiError, CSRF_HEADER } from '@hookline/contracts';

/**
 * Checks that a request that a cookie authenticates was made by a page of the gateway's own origin. Browsers add cookies to
 * requests of any page, and the header Origin to all that matter here.
 * @param ownOrigin as the browser sees the gateway, without a slash at the end
 * @throws ApiError `origin_not_allowed`
 */
export function requireOwnPage({ headers }: IncomingMessage, ownOrigin: string): void {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === ownOrigin && (site === undefined || site === 'same-origin')) return;
  throw new ApiError('origin_not_allowed', {
    message: `The session cookie works for pages of ${ownOrigin} only: send an API key, or see GATEWAY_PUBLIC_URL and TRUSTED_PROXIES`,
  });
}

/**
 * Whether a page of the own origin opens the feed. Browsers add the header Origin to each upgrade and to each POST, but not
 * to a GET of the page's own origin, such as the first request of long polling. Such a GET may also come from another page,
 * which cannot read the answer.
 */
export function isOfOwnPage(request: IncomingMessage, ownOrigin: string): boolean {
  const { method, headers } = request;
  if (method === 'GET' && headers.origin === undefined && headers.upgrade === undefined) {
    const { 'sec-fetch-site': site } = headers;
    return site === undefined || site === 'same-origin';
  }
  try {
    requireOwnPage(request, ownOrigin);
    return true;
  } catch {
    return false;
  }
}

/** @throws ApiError `csrf_header_missing` */
export function requireCsrfHeader({ headers }: IncomingMessage): void {
  if (headers[CSRF_HEADER] === undefined) throw new ApiError('csrf_header_missing');
}
