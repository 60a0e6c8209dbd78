import { ApiError } from '@hookline/contracts';
import type { InboundRequest } from '@hookline/providers';
import { decodeContent, decodedTooLarge, readCodings } from '@hookline/service';
import { checkRequestHead } from './check-request-head.ts';

/**
 * Every check before the owner of the request is known, in order; the diagnosis of a request runs the same checks.
 * Size and head are checked before the body is read, so that no body is read in vain.
 * @returns the request with its body decoded; a promise only if the body is encoded
 * @throws ApiError `duplicate_header`, `unsupported_media_type`, `payload_too_large`
 */
export function openRequest(
  request: InboundRequest,
  maxBodyBytes: number,
): InboundRequest | Promise<InboundRequest> {
  const contentEncoding = request.headers['content-encoding']?.join(',');
  checkRequestHead({ hosts: request.headers['host']?.length ?? 0, contentEncoding });
  if (request.rawBody.length > maxBodyBytes) throw new ApiError('payload_too_large');
  if (contentEncoding === undefined) return request;
  const { strange } = readCodings(contentEncoding);
  const named = strange === undefined ? request : { ...request, strangeEncoding: strange };
  return decodeBody(named, contentEncoding, maxBodyBytes);
}

async function decodeBody(
  request: InboundRequest,
  contentEncoding: string,
  maxBodyBytes: number,
): Promise<InboundRequest> {
  const decoded = await decodeContent(request.rawBody, contentEncoding, maxBodyBytes);
  switch (decoded.kind) {
    case 'plain':
      return request;
    case 'decoded':
      return { ...request, decodedBody: decoded.bytes };
    case 'damaged':
      return { ...request, encodingProblem: decoded.problem };
    case 'too_large':
      throw decodedTooLarge(decoded.maxBytes);
  }
}
