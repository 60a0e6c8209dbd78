import { type Rejection, reject } from '../../rejection.ts';
import { headerOf, type InboundRequest } from '../inbound-request.ts';
import { type FormFields, formToJson, textsOf } from './form-fields.ts';
import { readParameters } from './header-parameters.ts';
import { parseForm } from './parse-form.ts';
import { parseMultipart } from './parse-multipart.ts';

const URL_ENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/**
 * Whether a request contains a form: it has the content type of a form, and its body is not JSON (`curl -d` sends JSON
 * with the content type of a form). The query of a GET counts as a form. Any other request counts as JSON.
 */
export function isForm(request: InboundRequest): boolean {
  if (request.form !== undefined) return true;
  const mediaType = mediaTypeOf(request);
  return mediaType === MULTIPART || (mediaType === URL_ENCODED && !looksLikeJson(request.rawBody));
}

/** All fields of a form. */
export function readForm(request: InboundRequest): FormFields | Rejection {
  if (request.form !== undefined) return request.form;
  const parameters = readParameters(headerOf(request, 'content-type') ?? '');
  return mediaTypeOf(request) === MULTIPART
    ? parseMultipart(request.rawBody, parameters.get('boundary'))
    : parseForm(request.rawBody, parameters.get('charset'));
}

/** The JSON of a request: its body, or its form as an object. */
export function jsonOf(request: InboundRequest): Buffer | Rejection {
  if (!isForm(request)) return request.rawBody;
  const fields = readForm(request);
  return isRejection(fields) ? fields : formToJson(fields);
}

/** The JSON text in a field of a form, in UTF-8. GitHub, Slack and others send events in this way. */
export function formPayload(fields: FormFields, field: string): Buffer | Rejection {
  const [text, ...others] = textsOf(fields, field);
  if (text === undefined) return missingFormPayload(field);
  return others.length === 0
    ? Buffer.from(text, 'utf8')
    : reject('malformed_body', `The form has the field "${field}" more than once.`);
}

function missingFormPayload(field: string): Rejection {
  return reject('missing_form_payload', `The body is a form without the field "${field}".`);
}

export function isRejection(result: object): result is Rejection {
  return 'ok' in result && result.ok === false;
}

/** In lower case, without parameters. Of a list, the first item: a proxy may double the header. */
function mediaTypeOf(request: InboundRequest): string {
  const contentType = headerOf(request, 'content-type') ?? '';
  const end = contentType.search(/[;,]/);
  const mediaType = end === -1 ? contentType : contentType.slice(0, end);
  return mediaType.trim().replace(/^"|"$/g, '').toLowerCase();
}

const SPACES: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * No form begins with a brace, because a form escapes it. A bracket only proves JSON if brackets enclose the whole
 * text.
 */
function looksLikeJson(bytes: Buffer): boolean {
  let [start, end] = [0, bytes.length - 1];
  while (SPACES.has(bytes[start])) start++;
  while (end > start && SPACES.has(bytes[end])) end--;
  return bytes[start] === 0x7b || (bytes[start] === 0x5b && bytes[end] === 0x5d);
}
