import { ApiError } from '@hookline/contracts';
import { addHeader, HEADER_NAME, type PastedRequest } from './pasted-request.ts';

const REQUEST_LINE = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/;

/**
 * Parses the text of an HTTP request: the request line (optional, because providers' logs omit it), headers, an empty
 * line and the body up to the last character.
 * @throws ApiError `invalid_request` that names the line
 */
export function parseRawRequest(text: string): PastedRequest {
  const headers = new Map<string, string[]>();
  let method = 'POST';
  let url: string | undefined;
  let at = 0;
  for (let number = 1; at < text.length; number++) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end === -1 ? text.length : end).replace(/\r$/, '');
    at = end === -1 ? text.length : end + 1;
    if (line === '') break;
    const requestLine = number === 1 ? REQUEST_LINE.exec(line) : null;
    if (requestLine) {
      [, method = method, url] = requestLine;
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trimEnd();
    if (!HEADER_NAME.test(name)) {
      throw new ApiError('invalid_request', {
        message: `body/raw is not a valid request: line ${number} is not a header; the body begins after an empty line`,
      });
    }
    addHeader(headers, name, line.slice(colon + 1).trim());
  }
  return { method, url, headers, body: Buffer.from(text.slice(at)) };
}
