import { isUtf8 } from 'node:buffer';
import { type Rejection, reject } from '../../rejection.ts';
import { decodeText } from '../form/decode-text.ts';
import { readParameters } from '../form/header-parameters.ts';
import { headerOf, type InboundRequest } from '../inbound-request.ts';
import { parseJson } from './parse-json.ts';

/**
 * The JSON that a body is, or a JSON string of its text, for senders whose bodies may be any text. Half of a JSON text
 * stays an error where the content type says that it is JSON, or a form, which it is not.
 */
export function textAsJson(request: InboundRequest): Buffer | Rejection {
  const { rawBody } = request;
  const contentType = headerOf(request, 'content-type') ?? '';
  const isJson = rawBody.length > 0 && parseJson(rawBody).ok;
  if (isJson || (rawBody.length > 0 && /[/+]json\b|urlencoded/i.test(contentType))) return rawBody;
  const charset = readParameters(contentType).get('charset');
  if (charset === undefined && !isUtf8(rawBody)) {
    return reject('malformed_body', 'The body is neither JSON nor text in UTF-8, and names no charset.');
  }
  return Buffer.from(JSON.stringify(decodeText(rawBody, charset)), 'utf8');
}
