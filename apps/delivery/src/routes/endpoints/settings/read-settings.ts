import {
  Batching,
  type Changes,
  DEFAULT_SIGNING,
  ENDPOINT_DEFAULTS,
  type EndpointAuth,
  EndpointAuth as EndpointAuthSchema,
  Metadata,
  mergePatch,
  Ordering,
  RateLimit,
  Signing,
} from '@hookline/contracts';
import { findProblems, invalidFields } from '@hookline/service';
import type { TSchema } from 'typebox';
import type { EndpointFields } from './endpoint-fields.ts';

/** The changes of a request: null means the default, and an object is merged with the stored one. */
export type EndpointChanges = Changes<EndpointFields>;

/** The stored settings that are objects. */
export interface CurrentSettings {
  batching: Batching | null;
  ordering: Ordering | null;
  rateLimit: RateLimit | null;
  signing: Signing;
  auth: EndpointAuth | undefined;
  metadata: Metadata;
}

const SCHEMAS = {
  batching: Batching,
  ordering: Ordering,
  rateLimit: RateLimit,
  signing: Signing,
  auth: EndpointAuthSchema,
  metadata: Metadata,
};

/** The defaults of the settings. */
const DEFAULTS = {
  description: null,
  maxRetries: ENDPOINT_DEFAULTS.maxRetries,
  retryDelay: ENDPOINT_DEFAULTS.retryDelaySeconds,
  retrySchedule: null,
  timeoutSeconds: ENDPOINT_DEFAULTS.timeoutSeconds,
  active: true,
  method: 'POST',
  filter: null,
  transformation: null,
  batching: null,
  ordering: null,
  rateLimit: null,
  auth: null,
  signing: DEFAULT_SIGNING,
  format: 'event',
  body: 'verbatim',
  hooklineHeaders: true,
  deadlineSeconds: null,
  retryOn: null,
  dontRetryOn: null,
  whenOff: 'skip',
  uid: null,
  metadata: {},
  tags: [],
} as const satisfies Partial<EndpointFields>;

/**
 * Reads the settings of a request. Null becomes the default, and an object is merged with the stored one. Headers are not
 * merged here, because their names are compared without case.
 * @throws ApiError `invalid_request` for a merged object that lacks a field
 */
export function readSettings(
  changes: EndpointChanges,
  current: CurrentSettings,
  defaultMaxRetries: number,
): EndpointFields {
  const defaults: Record<string, unknown> = { ...DEFAULTS, maxRetries: defaultMaxRetries };
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (value === null && Object.hasOwn(defaults, name)) fields[name] = defaults[name];
    else if (value !== null && isMerged(name)) fields[name] = merge(name, value, current[name]);
    else fields[name] = value;
  }
  return fields as EndpointFields;
}

const isMerged = (name: string): name is keyof typeof SCHEMAS => Object.hasOwn(SCHEMAS, name);

function merge(name: keyof typeof SCHEMAS, changes: unknown, there: unknown): unknown {
  const merged = mergePatch(isOfOtherType(changes, there) ? undefined : there, changes) as object;
  const value = name === 'signing' ? { ...DEFAULT_SIGNING, ...merged } : merged;
  const [first, ...others] = findProblems(SCHEMAS[name] as TSchema, value, `body/${name}`);
  if (first) throw invalidFields(first, ...others);
  return value;
}

/** Credentials of another type keep nothing of the stored ones. */
function isOfOtherType(changes: unknown, there: unknown): boolean {
  const [wanted, known] = [changes, there] as { type?: string }[];
  return wanted?.type !== undefined && wanted.type !== known?.type;
}
