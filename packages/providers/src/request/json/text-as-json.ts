import { isUtf8 } from 'node:buffer';
import { type Rejection, reject } from '../../rejection.ts';
import { decodeText } from '../form/decode-text.ts';
import { readParameters } from '../form/header-parameters.ts';
import { headerOf, type InboundRequest } from '../inbound-request.ts';
import { parseJson } from './parse-json.ts';

/**
 * The body if it is JSON, otherwise a JSON string of its text, for senders whose bodies may be any text. A truncated
 * JSON text stays an error if the content type is JSON or a form.
 */
export function textAsJson(request: InboundRequest): Buffer | Rejection {
  const { rawBody } = request;
  const contentType = headerOf(request, 'content-type') ?? '';
  const isJson = rawBody.length > 0 && parseJson(rawBody).ok;
  if (isJson || (rawBody.length > 0 && /[/+]json\b|urlencoded/i.test(contentType))) return rawBody;
  const charset = readParameters(contentType).get('charset');
  if (charset === undefined && !isUtf8(rawBody)) {
    return reject(
      'malformed_body',
      'The body must be JSON or UTF-8 text, or the Content-Type must name a charset.',
    );
  }
  return Buffer.from(JSON.stringify(decodeText(rawBody, charset)), 'utf8');
}
