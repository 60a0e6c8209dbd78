import { ApiError, timestampMs } from '@hookline/contracts';
import type { InboundRequest } from '@hookline/providers';
import { parseCurl } from './parse-curl.ts';
import { parseRawRequest } from './parse-raw-request.ts';
import { addHeader, HEADER_NAME, type PastedRequest } from './pasted-request.ts';

/** The body of POST /api/sources/:id/diagnose, save `rejectionId`. */
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

/** The members that make up a request in parts. */
const PARTS = ['method', 'url', 'headers', 'body', 'bodyBase64'] as const;

/**
 * @param address where the source listens; for a request that names no URL
 * @returns `hasUrl`: whether the request named one
 * @throws ApiError `invalid_request` for none or several of the forms, and for what cannot be read
 */
export function readPastedRequest(
  given: DiagnoseBody,
  address: string,
): { request: InboundRequest; hasUrl: boolean } {
  const pasted = readForm(given);
  const url = toUrl(pasted, address);
  const receivedAtMs = given.receivedAt === undefined ? Date.now() : timestampMs(given.receivedAt);
  if (Number.isNaN(receivedAtMs)) throw invalid('receivedAt is not a time such as 2026-11-02T10:00:00Z');
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
    throw invalid('give the request in one form: headers with body or bodyBase64, raw, curl, or rejectionId');
  }
  if (given.raw !== undefined) return parseRawRequest(given.raw);
  if (given.curl !== undefined) return parseCurl(given.curl);
  const headers = new Map<string, string[]>();
  for (const [name, values] of Object.entries(given.headers ?? {})) {
    if (!HEADER_NAME.test(name)) throw invalid(`headers: "${name.slice(0, 50)}" is not the name of a header`);
    for (const value of [values].flat()) addHeader(headers, name, value.trim());
  }
  return { method: given.method ?? 'POST', url: given.url, headers, body: bodyOf(given) };
}

function bodyOf({ body, bodyBase64 }: DiagnoseBody): Buffer {
  if (bodyBase64 === undefined) return Buffer.from(body ?? '');
  if (body !== undefined) throw invalid('give body or bodyBase64, not both');
  const bytes = Buffer.from(bodyBase64, 'base64');
  // Node skips what is not base64; the body would be another one without a word.
  if (bytes.toString('base64') !== bodyBase64.replace(/\s/g, '')) throw invalid('bodyBase64 is not base64');
  return bytes;
}

function toUrl({ url, headers }: PastedRequest, address: string): URL {
  const base = new URL(address);
  const host = headers.get('host')?.[0];
  try {
    return new URL(url ?? address, host === undefined ? base : `${base.protocol}//${host}`);
  } catch {
    throw invalid('the URL cannot be read');
  }
}

function invalid(why: string): ApiError {
  return new ApiError('invalid_request', { message: `body: ${why}` });
}
