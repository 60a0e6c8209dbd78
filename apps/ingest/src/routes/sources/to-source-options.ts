import { ApiError, type Changes, mergePatch, SourceAnswer, SourceDedupe } from '@hookline/contracts';
import type { SourceOptions } from '@hookline/db/ingest';
import type { Provider } from '@hookline/providers';
import { checkAllowedIp, findProblems, invalidFields } from '@hookline/service';
import type { Static, TSchema } from 'typebox';
import { checkProviderOptions } from './check-provider.ts';

/** The settings of a source in a request. undefined: unchanged; null: removed. */
export interface SourceSettings {
  /** null is a value here: the age is not checked. */
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
/** Statuses without a body in HTTP. */
const BODILESS = new Set([204, 205]);

/**
 * The settings to store after a change.
 * @throws ApiError `invalid_request` for settings that do not work together
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
 * An object setting merged with its changes.
 * @throws ApiError `invalid_request` when a required field is missing after that
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
      message: `body/answer/body must have at most ${MAX_ANSWER_BYTES} bytes`,
    });
  }
  if (body !== '' && BODILESS.has(status)) {
    throw new ApiError('invalid_request', {
      message: `body/answer/body must be absent: an answer with status ${status} has no body`,
    });
  }
}

/** RFC 6901: `~0` stands for `~`, and `~1` for a slash. */
const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;

function checkDedupe({ by, windowSeconds, fields }: SourceDedupe): void {
  const refuse = (field: string, problem: string) => {
    throw new ApiError('invalid_request', { message: `body/dedupe/${field}: ${problem}` });
  };
  if (by === 'fields' && fields === undefined) {
    refuse('fields', 'With by "fields" it must list the fields as JSON pointers such as "/order/id".');
  }
  if (by !== 'fields' && fields !== undefined) {
    refuse('fields', `It must be absent unless by is "fields"; here by is "${by}".`);
  }
  if (by === 'none' && windowSeconds !== undefined) {
    refuse('windowSeconds', 'It must be absent with by "none", because no event is a repeat.');
  }
  for (const [index, field] of (fields ?? []).entries()) {
    if (!JSON_POINTER.test(field) || field.split('/').includes('*')) {
      refuse(
        `fields/${index}`,
        'It must be a JSON pointer to one value, such as "/order/id" or "/items/0/sku".',
      );
    }
  }
}
