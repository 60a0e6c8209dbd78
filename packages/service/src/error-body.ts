import {
  API_ERRORS,
  type ApiError,
  type ApiErrorBody,
  PROBLEM_DETAILS_TYPE,
  type ProblemDetails,
  problemTypeOf,
} from '@hookline/contracts';
import type { Problem } from './find-problems.ts';

/** The body of an error answer, with its content type. */
export interface ErrorBody {
  contentType: string;
  text: string;
}

/** The part of a request that its error answer depends on. */
export interface RefusedRequest {
  id: string;
  accept: string | undefined;
  /** Path and query. */
  url: string;
}

/** Writes the body of an error answer: problem details (RFC 9457) if the caller asks for them, otherwise our own shape. */
export function writeErrorBody(error: ApiError, request: RefusedRequest): ErrorBody {
  const [mediaType, body] = acceptsProblemDetails(request.accept)
    ? [PROBLEM_DETAILS_TYPE, toProblemDetails(error, request)]
    : ['application/json', toBody(error, request.id)];
  return { contentType: `${mediaType}; charset=utf-8`, text: JSON.stringify(body) };
}

/** The field that an error is about, at the start of its text: `body/url is not a URL`, `body/auth/key: …`. */
const NAMED_FIELD = /^((?:body|querystring|params)(?:\/[^\s:/]+)*):? (.+)$/s;

function detailsOf(error: ApiError): unknown {
  if (error.details !== undefined) return error.details;
  const [, path, message] = NAMED_FIELD.exec(error.message) ?? [];
  return path === undefined ? undefined : [{ path, message }];
}

function toBody(error: ApiError, requestId: string): ApiErrorBody {
  const details = detailsOf(error);
  return {
    error: error.message,
    code: error.code,
    ...(details === undefined ? {} : { details }),
    requestId,
  };
}

function toProblemDetails(error: ApiError, { id, url }: RefusedRequest): ProblemDetails {
  const details = detailsOf(error);
  const problems = areProblems(details) ? details : undefined;
  return {
    type: problemTypeOf(error.code),
    title: API_ERRORS[error.code].message,
    status: error.statusCode,
    detail: error.message,
    instance: url.split('?', 1)[0] as string,
    code: error.code,
    requestId: id,
    ...(problems ? { errors: problems.map(toFieldProblem) } : {}),
    ...(problems || details === undefined ? {} : { details }),
  };
}

const areProblems = (details: unknown): details is Problem[] =>
  Array.isArray(details) &&
  details.every((each) => typeof each?.path === 'string' && typeof each?.message === 'string');

/** Our paths begin with the part of the request and are escaped as in a JSON Pointer already. */
function toFieldProblem({ path, message }: Problem): NonNullable<ProblemDetails['errors']>[number] {
  const [part = '', ...names] = path.split('/');
  const pointer = names.map((name) => `/${encodeURIComponent(name)}`).join('');
  if (part === 'body') return { detail: message, pointer: `#${pointer}` };
  return { detail: message, in: part === 'params' ? 'path' : 'query', parameter: names.join('/') };
}

/**
 * Whether a caller asks for problem details. It must name the media type: a browser's `*` does not ask for it. A caller
 * that names `application/json` as well, which most do for successes, gets problem details unless it prefers JSON.
 */
export function acceptsProblemDetails(accept: string | undefined): boolean {
  const ranges = accept?.toLowerCase();
  if (!ranges?.includes(PROBLEM_DETAILS_TYPE)) return false;
  const qualities = new Map(ranges.split(',').map(readMediaRange));
  const wanted = qualities.get(PROBLEM_DETAILS_TYPE) ?? 0;
  return wanted > 0 && wanted >= (qualities.get('application/json') ?? 0);
}

function readMediaRange(text: string): [mediaType: string, quality: number] {
  const [mediaType = '', ...parameters] = text.split(';').map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const value = quality === undefined ? 1 : Number(quality.slice(2));
  return [mediaType, Number.isNaN(value) ? 0 : value];
}
