import type { CompiledFilter, ConditionResult, Mismatch } from '@hookline/filters';
import { parseExactJson } from '@hookline/json';

/** The attributes that a filter can read, beside `data`. */
export interface FilterAttributes {
  id: string;
  type: string;
  source: string;
  subject?: string | undefined;
  time: string;
  provider: string;
  action?: string | undefined;
  repository?: string | undefined;
}

export interface FilterVerdict {
  /** Undefined: the filter matches. */
  mismatch: Mismatch | undefined;
  /** The result of each condition, if it was asked for and the filter could be evaluated. */
  conditions: ConditionResult[];
}

/** Evaluates filters on an event. The payload is parsed once, and only if one of the filters reads it. */
export function evaluateFilters(
  attributes: FilterAttributes,
  payload: Uint8Array,
  filters: readonly CompiledFilter[],
  explain: boolean,
): FilterVerdict[] {
  let parsed: { data: unknown } | undefined;
  const document = {
    id: attributes.id,
    type: attributes.type,
    source: attributes.source,
    subject: attributes.subject,
    time: attributes.time,
    provider: attributes.provider,
    action: attributes.action,
    repository: attributes.repository,
    get data() {
      parsed ??= { data: parsePayload(payload) };
      return parsed.data;
    },
  };
  return filters.map((filter) => {
    const mismatch = filter.findMismatch(document);
    // A mismatch without a path means that the filter could not be evaluated, so there are no conditions to list.
    const listed = explain && (mismatch === undefined || mismatch.path !== undefined);
    return { mismatch, conditions: listed ? filter.explain(document) : [] };
  });
}

function parsePayload(payload: Uint8Array): unknown {
  try {
    return parseExactJson(payload);
  } catch {
    throw new Error('the payload is not JSON');
  }
}
