import { ApiError, timestampMs } from '@hookline/contracts';
import type { InboundRequest } from '@hookline/providers';
import { parseCurl } from './parse-curl.ts';
import { parseRawRequest } from './parse-raw-request.ts';
import { addHeader, HEADER_NAME, type PastedRequest } from './pasted-request.ts';

/** The body of POST /api/sources/:id/diagnose without `rejectionId`. */
export interface DiagnoseBody {
  method?: string;
  url?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
  bodyBase64?: string;
  raw?: string;
  curl?: string;
  receivedAt?: string;
}

/** The fields of a request that is given in parts. */
const PARTS = ['method', 'url', 'headers', 'body', 'bodyBase64'] as const;

/**
 * @param address the source's URL, for a request without a URL
 * @returns `hasUrl`: whether the request has a URL
 * @throws ApiError `invalid_request` when the request is given in no form or several, or cannot be parsed
 */
export function readPastedRequest(
  given: DiagnoseBody,
  address: string,
): { request: InboundRequest; hasUrl: boolean } {
  const pasted = readForm(given);
  const url = toUrl(pasted, address);
  const receivedAtMs = given.receivedAt === undefined ? Date.now() : timestampMs(given.receivedAt);
  if (Number.isNaN(receivedAtMs)) throw invalid('receivedAt must be a time such as 2026-11-02T10:00:00Z');
  return {
    hasUrl: pasted.url !== undefined,
    request: {
      method: pasted.method,
      headers: Object.fromEntries(pasted.headers),
      url: url.href,
      query: url.searchParams,
      rawBody: pasted.body,
      receivedAtMs,
    },
  };
}

function readForm(given: DiagnoseBody): PastedRequest {
  const hasParts = PARTS.some((name) => given[name] !== undefined);
  const forms = [hasParts, given.raw !== undefined, given.curl !== undefined].filter(Boolean).length;
  if (forms !== 1 || (hasParts && given.headers === undefined)) {
    throw invalid(
      'must have the request in exactly one form: headers with body or bodyBase64, raw, curl, or rejectionId',
    );
  }
  if (given.raw !== undefined) return parseRawRequest(given.raw);
  if (given.curl !== undefined) return parseCurl(given.curl);
  const headers = new Map<string, string[]>();
  for (const [name, values] of Object.entries(given.headers ?? {})) {
    if (!HEADER_NAME.test(name)) throw invalid(`headers: "${name.slice(0, 50)}" is not a header name`);
    for (const value of [values].flat()) addHeader(headers, name, value.trim());
  }
  return { method: given.method ?? 'POST', url: given.url, headers, body: bodyOf(given) };
}

function bodyOf({ body, bodyBase64 }: DiagnoseBody): Buffer {
  if (bodyBase64 === undefined) return Buffer.from(body ?? '');
  if (body !== undefined) throw invalid('must have body or bodyBase64, not both');
  const bytes = Buffer.from(bodyBase64, 'base64');
  // Node ignores characters outside base64, which would silently change the body.
  if (bytes.toString('base64') !== bodyBase64.replace(/\s/g, '')) throw invalid('bodyBase64 must be base64');
  return bytes;
}

function toUrl({ url, headers }: PastedRequest, address: string): URL {
  const base = new URL(address);
  const host = headers.get('host')?.[0];
  try {
    return new URL(url ?? address, host === undefined ? base : `${base.protocol}//${host}`);
  } catch {
    throw invalid('url must be a URL or a path');
  }
}

function invalid(why: string): ApiError {
  return new ApiError('invalid_request', { message: `body: ${why}` });
}
