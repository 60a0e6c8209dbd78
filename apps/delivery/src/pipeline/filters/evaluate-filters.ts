import type { CompiledFilter, ConditionResult, Mismatch } from '@hookline/filters';
import { parseExactJson } from '@hookline/json';

/** What a filter can ask about, beside `data`. */
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
  /** Undefined: it matches. */
  mismatch: Mismatch | undefined;
  /** Every condition by itself, where that was asked for and the filter could be evaluated. */
  conditions: ConditionResult[];
}

/** Holds an event against filters. The payload is parsed once, and only if one of them asks about it. */
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
    // Without a path there is nothing to list: it could not be evaluated.
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
