import { ApiError, type Changes, mergePatch, SourceAnswer, SourceDedupe } from '@hookline/contracts';
import type { SourceOptions } from '@hookline/db/ingest';
import type { Provider } from '@hookline/providers';
import { findProblems, invalidFields } from '@hookline/service';
import type { Static, TSchema } from 'typebox';
import { checkAllowedIp } from '../../sources/allowed-addresses.ts';
import { checkProviderOptions } from './check-provider.ts';

/** The settings of a source as a request gives them; undefined: not given, null: to be taken away. */
export interface SourceSettings {
  /** null is a setting of its own here: the age is not checked. */
  toleranceSeconds?: number | null;
  allowedIps?: string[] | null;
  events?: string[] | null;
  answer?: Changes<SourceAnswer> | null;
  dedupe?: Changes<SourceDedupe> | null;
  options?: Readonly<Record<string, string | null | undefined>> | null;
  keepRequest?: boolean | null;
  environment?: string | null;
}

const MAX_ANSWER_BYTES = 4_096;
/** Answers that HTTP allows no body. */
const BODILESS = new Set([204, 205]);

/**
 * What is stored once the settings have been changed.
 * @throws ApiError `invalid_request` for a setting that could not work
 */
export function toSourceOptions(
  provider: Provider,
  before: SourceOptions,
  settings: SourceSettings,
): SourceOptions {
  const after: SourceOptions = { ...before };
  const { toleranceSeconds, allowedIps, events, keepRequest, environment } = settings;
  const answer = merge('answer', SourceAnswer, before.answer, settings.answer);
  const { by } = settings.dedupe ?? {};
  const isOther = by !== undefined && by !== before.dedupe?.by;
  const dedupe = merge('dedupe', SourceDedupe, isOther ? undefined : before.dedupe, settings.dedupe);
  const options =
    settings.options && (mergePatch(before.provider, settings.options) as Record<string, string>);
  if (toleranceSeconds !== undefined) after.toleranceSeconds = toleranceSeconds;
  if (allowedIps) checkAllowedIps(allowedIps);
  if (answer) checkAnswer(answer);
  if (dedupe) checkDedupe(dedupe);
  if (settings.options !== undefined) checkProviderOptions(provider, options ?? {});
  assign(after, 'allowedIps', allowedIps);
  assign(after, 'events', events);
  assign(after, 'answer', answer);
  assign(after, 'dedupe', dedupe);
  assign(after, 'provider', settings.options === null ? null : options);
  assign(after, 'keepRequest', keepRequest);
  assign(after, 'environment', environment);
  return after;
}

/**
 * A setting that is an object, with the changes to it.
 * @throws ApiError `invalid_request` when it lacks something then
 */
function merge<Schema extends TSchema>(
  name: string,
  schema: Schema,
  before: Static<Schema> | undefined,
  changes: object | null | undefined,
): Static<Schema> | null | undefined {
  if (!changes) return changes as null | undefined;
  const merged = mergePatch(before, changes);
  const [first, ...others] = findProblems(schema, merged, `body/${name}`);
  if (first) throw invalidFields(first, ...others);
  return merged as Static<Schema>;
}

function assign<
  Name extends 'allowedIps' | 'events' | 'answer' | 'dedupe' | 'provider' | 'keepRequest' | 'environment',
>(options: SourceOptions, name: Name, value: SourceOptions[Name] | null): void {
  if (value === null) delete options[name];
  else if (value !== undefined) options[name] = value;
}

function checkAllowedIps(entries: readonly string[]): void {
  for (const [index, entry] of entries.entries()) {
    const problem = checkAllowedIp(entry);
    if (problem !== undefined) {
      throw new ApiError('invalid_request', { message: `body/allowedIps/${index}: ${problem}` });
    }
  }
}

function checkAnswer({ status, body = '' }: SourceAnswer): void {
  if (Buffer.byteLength(body) > MAX_ANSWER_BYTES) {
    throw new ApiError('invalid_request', {
      message: `body/answer/body is longer than ${MAX_ANSWER_BYTES} bytes`,
    });
  }
  if (body !== '' && BODILESS.has(status)) {
    throw new ApiError('invalid_request', { message: `body/answer: a ${status} has no body` });
  }
}

/** RFC 6901: `~` stands for itself only as `~0`, and for a slash as `~1`. */
const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;

function checkDedupe({ by, windowSeconds, fields }: SourceDedupe): void {
  const refuse = (field: string, problem: string) => {
    throw new ApiError('invalid_request', { message: `body/dedupe/${field}: ${problem}` });
  };
  if (by === 'fields' && fields === undefined) {
    refuse('fields', 'With by "fields" it names the fields, as JSON pointers such as "/order/id".');
  }
  if (by !== 'fields' && fields !== undefined) {
    refuse('fields', `It goes with by "fields" alone, and by is "${by}".`);
  }
  if (by === 'none' && windowSeconds !== undefined) {
    refuse('windowSeconds', 'With by "none" there is no repeat, and so no window.');
  }
  for (const [index, field] of (fields ?? []).entries()) {
    if (!JSON_POINTER.test(field) || field.split('/').includes('*')) {
      refuse(`fields/${index}`, 'It is no JSON pointer to one value, such as "/order/id" or "/items/0/sku".');
    }
  }
}
