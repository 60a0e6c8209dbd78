import { createHash } from 'node:crypto';
import { type Rejection, reject } from '../../rejection.ts';
import { decodeText } from './decode-text.ts';
import { FormBuilder, type FormFields } from './form-fields.ts';
import { readParameters } from './header-parameters.ts';
import { MAX_FIELDS } from './parse-form.ts';

/** The maximum size of the headers of one part: enough for a content disposition and a content type. */
const MAX_HEADER_BYTES = 8_192;
/** RFC 2046, section 5.1.1. */
const MAX_BOUNDARY_LENGTH = 70;
const NEW_LINE = 0x0a;
const DASHES = '--';

/**
 * The fields of a `multipart/form-data` body (RFC 7578). A part with a file name is a file and becomes a reference.
 * Parts may be separated by LF instead of CR LF. Takes linear time.
 * @param boundary from the content type
 */
export function parseMultipart(bytes: Buffer, boundary: string | undefined): FormFields | Rejection {
  if (boundary === undefined || boundary === '' || boundary.length > MAX_BOUNDARY_LENGTH) {
    return reject(
      'malformed_body',
      `The content type of a multipart form needs a boundary of 1 to ${MAX_BOUNDARY_LENGTH} characters.`,
    );
  }
  const delimiter = Buffer.from(`\n${DASHES}${boundary}`, 'latin1');
  const form = new FormBuilder();
  // Bytes before the first delimiter are ignored.
  let at = bytes.subarray(0, delimiter.length - 1).equals(delimiter.subarray(1))
    ? delimiter.length - 1
    : afterNext(bytes, delimiter, 0);
  while (at !== -1 && !bytes.subarray(at, at + DASHES.length).equals(CLOSING)) {
    const end = bytes.indexOf(delimiter, at);
    if (end === -1) break;
    if (form.count === MAX_FIELDS) {
      return reject('malformed_body', `The multipart form must have at most ${MAX_FIELDS} parts.`);
    }
    const problem = addPart(form, bytes.subarray(at, withoutReturn(bytes, end)));
    if (problem !== undefined) return reject('malformed_body', problem);
    at = end + delimiter.length;
    if (bytes.subarray(at, at + DASHES.length).equals(CLOSING)) return form.fields;
  }
  return at !== -1 && form.count === 0 && bytes.subarray(at, at + DASHES.length).equals(CLOSING)
    ? form.fields
    : reject('malformed_body', 'The multipart form ends before its last boundary.');
}

const CLOSING = Buffer.from(DASHES);

function afterNext(bytes: Buffer, delimiter: Buffer, from: number): number {
  const at = bytes.indexOf(delimiter, from);
  return at === -1 ? -1 : at + delimiter.length;
}

/** The end of the text before a line break at `end`, which may be CR LF. */
function withoutReturn(bytes: Buffer, end: number): number {
  return bytes[end - 1] === 0x0d ? end - 1 : end;
}

/** @param part the bytes between two delimiters. @returns the problem with the part, if any */
function addPart(form: FormBuilder, part: Buffer): string | undefined {
  const headers = new Map<string, string>();
  let at = part.indexOf(NEW_LINE) + 1;
  for (;;) {
    const lineEnd = at === 0 ? -1 : part.indexOf(NEW_LINE, at);
    if (lineEnd === -1)
      return 'A part of the multipart form has no empty line between its headers and its content.';
    if (lineEnd > MAX_HEADER_BYTES) {
      return `The headers of a part of the multipart form must have at most ${MAX_HEADER_BYTES} bytes.`;
    }
    const line = part.toString('utf8', at, withoutReturn(part, lineEnd));
    at = lineEnd + 1;
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = readParameters(headers.get('content-disposition') ?? '');
  const name = disposition.get('name');
  if (name === undefined) return 'A part of the multipart form has no name in its Content-Disposition.';
  const contentType = headers.get('content-type');
  const content = part.subarray(at);
  const fileName = disposition.get('filename');
  if (fileName === undefined) {
    form.add(name, decodeText(content, contentType && readParameters(contentType).get('charset')));
    return undefined;
  }
  form.add(name, {
    name: fileName,
    contentType: contentType ?? 'application/octet-stream',
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
  return undefined;
}
