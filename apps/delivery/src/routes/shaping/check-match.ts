import { type Explanation, type Filter, matchesEventType } from '@hookline/contracts';
import type { CompiledFilter } from '@hookline/filters';
import { compileStoredFilter } from '../../endpoints/catalog/compile-stored-filter.ts';
import type { FilterEvaluator } from '../../pipeline/filters/filter-evaluator.ts';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { checkFilter } from '../endpoints/settings/check-filter.ts';
import type { TriedEvent } from './tried-event.ts';

/**
 * @param given undefined: the endpoint's own filter; null: no filter
 * @throws ApiError `invalid_filter`
 */
export function chooseFilter(
  { filter }: Pick<EndpointRow, 'filter'>,
  given: Filter | null | undefined,
): CompiledFilter | undefined {
  if (given === undefined) return filter === null ? undefined : compileStoredFilter(filter);
  return given === null ? undefined : checkFilter(given);
}

/** Makes every check that fan-out makes, in its order, also after a check that does not hold. */
export async function checkMatch(
  filters: FilterEvaluator,
  endpoint: Pick<EndpointRow, 'active' | 'disabledReason' | 'events' | 'whenOff'>,
  filter: CompiledFilter | undefined,
  { attributes, payload }: TriedEvent,
): Promise<Explanation['checks']> {
  const { type } = attributes;
  const { active, disabledReason, events, whenOff } = endpoint;
  const pattern = events.find((each) => matchesEventType(each, type));
  const checks: Explanation['checks'] = [
    {
      check: 'active',
      holds: active || whenOff === 'hold',
      message: active
        ? 'The endpoint is switched on'
        : `The endpoint is switched off${disabledReason === null ? '' : `: ${disabledReason}`}${whenOff === 'hold' ? ', and its deliveries wait until it is switched on' : ''}`,
    },
    {
      check: 'event_type',
      holds: pattern !== undefined,
      message:
        pattern === undefined
          ? `The endpoint's event types do not include ${type}`
          : `The endpoint's event types include ${type} by ${pattern}`,
    },
  ];
  if (!filter) return checks;
  const [verdict] = await filters.evaluate(attributes, payload, [filter], true);
  const mismatch = verdict?.mismatch;
  checks.push({
    check: 'filter',
    holds: mismatch === undefined,
    message:
      mismatch === undefined
        ? 'The filter matches the event'
        : `The filter does not match the event: ${mismatch.message}`,
    conditions: verdict?.conditions ?? [],
  });
  return checks;
}
