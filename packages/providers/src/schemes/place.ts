import { parsePointer, scalarsAt, sliceAt } from '@hookline/json';
import { type Rejection, type RejectionCode, reject } from '../rejection.ts';
import { type FormFields, textsOf } from '../request/form/form-fields.ts';
import { isRejection, readForm } from '../request/form/read-form.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { readSingleHeader } from '../request/single-header.ts';

/** The place of a value in a request. */
export type Place =
  /** Lower-case. The header must occur once. */
  | { readonly header: string }
  /** A parameter of the address, once. */
  | { readonly query: string }
  /** A field of a form body. */
  | { readonly form: string }
  /** A JSON pointer (RFC 6901) into the body, to a text, a number or a boolean. */
  | { readonly json: string };

/** The maximum size of a body that is parsed before it is verified. */
const MAX_PARSED_BYTES = 1_048_576;

/** The values of one request. The body is parsed at most once, and only if one of its values is needed. */
export interface RequestValues {
  /** The single value at a place. Never throws; an unreadable body has no values. */
  /** `mayBeEmpty`: a field of the body may be empty. */
  read(place: Place, codeIfMissing: MissingCode, mayBeEmpty?: boolean): string | Rejection;
  /** The bytes of the value at a JSON pointer into the body. */
  rawJson(pointer: string): Buffer | Rejection;
  /** All fields of a form body. */
  fields(): FormFields | Rejection;
}

type MissingCode = Extract<RejectionCode, 'missing_signature' | 'missing_timestamp' | 'missing_header'>;

export function readValues(request: InboundRequest): RequestValues {
  let form: FormFields | Rejection | undefined;
  let json: Rejection | 'valid' | undefined;

  function fields(): FormFields | Rejection {
    if (form === undefined) {
      const parsed = request.rawBody.length > MAX_PARSED_BYTES ? tooLong() : readForm(request);
      form = isRejection(parsed) ? unreadable(parsed) : parsed;
    }
    return form;
  }

  /** Undefined: the body is JSON. */
  function jsonProblem(): Rejection | undefined {
    if (json === undefined) {
      const parsed = request.rawBody.length > MAX_PARSED_BYTES ? tooLong() : parseJson(request.rawBody);
      json = parsed.ok ? 'valid' : unreadable(parsed);
    }
    return json === 'valid' ? undefined : json;
  }

  function jsonText(pointer: string): string | undefined | Rejection {
    const problem = jsonProblem();
    if (problem !== undefined) return problem;
    const [text, ...others] = scalarsAt(request.rawBody, parsePointer(pointer)) ?? [];
    return others.length === 0 ? text : undefined;
  }

  function rawJson(pointer: string): Buffer | Rejection {
    const problem = jsonProblem();
    if (problem !== undefined) return problem;
    const slice = sliceAt(request.rawBody, parsePointer(pointer));
    return slice === undefined
      ? reject('missing_signature', `${describePlace({ json: pointer })} is missing, but it is signed.`)
      : request.rawBody.subarray(slice.start, slice.end);
  }

  return {
    fields,
    rawJson,
    read(place, codeIfMissing, mayBeEmpty = false) {
      if ('header' in place) return readSingleHeader(request, place.header, codeIfMissing);
      if ('query' in place) return readQuery(request, place.query, codeIfMissing);
      const value = 'json' in place ? jsonText(place.json) : fieldOf(fields(), place.form);
      if (typeof value === 'object') return value;
      if (value !== undefined && (value !== '' || mayBeEmpty)) return value;
      return reject(asUnsigned(codeIfMissing), `${describePlace(place)} is missing or empty.`);
    },
  };
}

/** For messages: `The header x`, `The field /a/b of the body`. */
export function describePlace(place: Place): string {
  if ('header' in place) return `The header ${place.header}`;
  if ('query' in place) return `The parameter ${place.query} of the address`;
  return `The field ${'json' in place ? place.json : place.form} of the body`;
}

/** The name of the header, if the place is a header, for a rejection's details. */
export function headerDetail(place: Place): { readonly header: string } | undefined {
  return 'header' in place ? { header: place.header } : undefined;
}

function fieldOf(fields: FormFields | Rejection, name: string): string | undefined | Rejection {
  if (isRejection(fields)) return fields;
  const [text, ...others] = textsOf(fields, name);
  return others.length === 0
    ? text
    : reject('malformed_signature', `${describePlace({ form: name })} must occur only once.`);
}

function readQuery({ query }: InboundRequest, name: string, codeIfMissing: MissingCode): string | Rejection {
  const [value, ...others] = query.getAll(name);
  const what = describePlace({ query: name });
  if (others.length > 0) return reject('malformed_signature', `${what} must occur only once.`);
  return value === undefined || value === ''
    ? reject(asUnsigned(codeIfMissing), `${what} is missing or empty.`)
    : value;
}

/** Without a valid signature the answer is 401, whatever else is wrong: only headers are reported as missing. */
function asUnsigned(code: MissingCode): RejectionCode {
  return code === 'missing_header' ? 'malformed_signature' : code;
}

function tooLong(): Rejection {
  return reject('malformed_body', `The body must have at most ${MAX_PARSED_BYTES} bytes.`);
}

function unreadable({ message }: Rejection): Rejection {
  return reject(
    'missing_signature',
    `The signed values are in the body, and Hookline cannot read the body. ${message}`,
  );
}

/** The sent bytes of a header's text; any other text as UTF-8. */
export function bytesOf(place: Place, text: string): Buffer {
  return Buffer.from(text, 'header' in place ? 'latin1' : 'utf8');
}
