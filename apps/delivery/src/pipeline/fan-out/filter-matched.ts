import type { HooklineEvent } from '@hookline/contracts';
import type { CompiledFilter } from '@hookline/filters';
import { MAX_UNMATCHED, type MatchResult, type Unmatched } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { FilterEvaluator } from '../filters/filter-evaluator.ts';

const MAX_DETAILS = 300;

/** Of the endpoints that an event matches by its type: the ones whose filters it matches, and the others with the reason. */
export async function filterMatched(
  evaluator: FilterEvaluator,
  { attributes, payload }: HooklineEvent,
  { matched, unmatched, unmatchedOmitted }: MatchResult,
): Promise<MatchResult> {
  const filtered = matched.filter(({ filter }) => filter !== undefined);
  const evaluated = evaluator.evaluate(
    attributes,
    payload,
    filtered.map(({ filter }) => filter as CompiledFilter),
  );
  const verdicts = 'then' in evaluated ? await evaluated : evaluated;
  const refused = new Map<string, string>();
  for (const [index, { mismatch }] of verdicts.entries()) {
    const endpoint = filtered[index];
    // A payload may have characters that Postgres cannot store as text.
    if (mismatch && endpoint)
      refused.set(
        endpoint.id,
        mismatch.message.slice(0, MAX_DETAILS).replaceAll('\u0000', '').toWellFormed(),
      );
  }
  // They come first, because they say more than endpoints with another event type.
  const all = [
    ...unmatched.filter(([, reason]) => reason === 'inactive'),
    ...[...refused].map(([id, details]): Unmatched => [id, 'filter', details]),
    ...unmatched.filter(([, reason]) => reason !== 'inactive'),
  ];
  const kept = all.slice(0, MAX_UNMATCHED);
  return {
    matched: matched.filter(({ id }) => !refused.has(id)),
    unmatched: kept,
    unmatchedOmitted: unmatchedOmitted + all.length - kept.length,
  };
}
