import {
  Batching,
  type Changes,
  DEFAULT_SIGNING,
  ENDPOINT_DEFAULTS,
  type EndpointAuth,
  EndpointAuth as EndpointAuthSchema,
  mergePatch,
  Ordering,
  RateLimit,
  Signing,
} from '@hookline/contracts';
import { findProblems, invalidFields } from '@hookline/service';
import type { TSchema } from 'typebox';
import type { EndpointFields } from './endpoint-fields.ts';

/** What a request says: null is the default, and an object is merged with what is there. */
export type EndpointChanges = Changes<EndpointFields>;

/** What an endpoint has of the settings that are objects. */
export interface CurrentSettings {
  batching: Batching | null;
  ordering: Ordering | null;
  rateLimit: RateLimit | null;
  signing: Signing;
  auth: EndpointAuth | undefined;
}

const SCHEMAS = {
  batching: Batching,
  ordering: Ordering,
  rateLimit: RateLimit,
  signing: Signing,
  auth: EndpointAuthSchema,
};

/** What a setting is that nobody has made. */
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
} as const satisfies Partial<EndpointFields>;

/**
 * The settings that a request names, each as it is to be: what is null has its default, and objects are merged with what
 * is there. Headers are left as they are: their names are the same whatever their case.
 * @throws ApiError `invalid_request` for an object that lacks something then
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

/** Of credentials of one type nothing is left in those of another. */
function isOfOtherType(changes: unknown, there: unknown): boolean {
  const [wanted, known] = [changes, there] as { type?: string }[];
  return wanted?.type !== undefined && wanted.type !== known?.type;
}
