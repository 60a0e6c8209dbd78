import { API_ERRORS, ApiErrorBody } from '@hookline/contracts';
import Schema from 'typebox/schema';
import Value from 'typebox/value';
import type { JsonSchema } from './sample-schema.ts';

export interface Answer {
  status: number;
  contentType: string | undefined;
  text: string;
}

/** Internals that no answer may show: stack traces, files, SQL statements, internal names. */
const INTERNALS =
  /\n\s+at |node_modules|file:\/\/|\.[cm]?[jt]s:\d+|\b(?:select|insert into|update|delete from) .{1,80}(?:from|values|set|where) |Failed query|relation "|column "|invalid input syntax|invalid byte sequence|ECONN|drizzle|FST_ERR|TypeError|RangeError|hookline_(?:system|tenant)/i;

/**
 * Returns the problem of an answer, or undefined if the answer conforms to the OpenAPI document.
 * @param success the declared status and body of a success
 */
export function findAnswerProblem(
  answer: Answer,
  success: { status: number; schema: JsonSchema | undefined },
): string | undefined {
  const { status, text, contentType } = answer;
  if (status >= 500) return `it was answered ${status}`;
  const { schema } = success;
  // A body without a schema is a file.
  if (status === success.status && schema === undefined) return undefined;
  if (!contentType?.startsWith('application/json')) return `its content type is ${contentType}`;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return 'its body is not JSON';
  }
  if (status < 300) {
    if (status !== success.status) return `it was answered ${status}, but ${success.status} is declared`;
    const [valid, errors] = schema === undefined ? [true, []] : Schema.Errors(schema, body);
    return valid ? undefined : `its body does not match its schema: ${JSON.stringify(errors.slice(0, 3))}`;
  }
  if (!Value.Check(ApiErrorBody, body)) return 'its body is not an error body of the API';
  const known = (API_ERRORS as Record<string, { status: number }>)[body.code];
  if (known?.status !== status) return `its code ${body.code} does not go with its status ${status}`;
  const internal = INTERNALS.exec(body.error);
  return internal ? `it shows an internal detail: ${internal[0]}` : undefined;
}
