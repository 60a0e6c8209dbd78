import { timeOfId } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { events } from '@hookline/db/delivery';
import type { CompiledFilter } from '@hookline/filters';
import { and, getTableColumns, inArray } from 'drizzle-orm';
import type { FilterEvaluator } from '../../pipeline/filters/filter-evaluator.ts';
import type { Candidate } from './send-again.ts';

/** The most bytes of payloads in memory at once. A larger payload is read alone. */
const MAX_BYTES = 8_388_608;

/** Returns the candidates whose events match every filter. */
export async function keepFitting(
  transaction: Transaction,
  evaluator: FilterEvaluator,
  filters: readonly CompiledFilter[],
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const ids = [...new Set(candidates.map(({ eventId }) => eventId))];
  if (filters.length === 0 || ids.length === 0) return candidates;
  const sizes = await transaction
    .select({ id: events.id, bytes: events.sizeBytes })
    .from(events)
    .where(isOneOf(ids));
  const fitting = new Set<string>();
  let part: string[] = [];
  let bytes = 0;
  for (const [index, size] of sizes.entries()) {
    part.push(size.id);
    bytes += size.bytes;
    const next = sizes[index + 1];
    if (next && bytes + next.bytes <= MAX_BYTES) continue;
    for (const event of await readEvents(transaction, part)) {
      const verdicts = await evaluator.evaluate(
        {
          id: event.id,
          type: event.type,
          source: event.source,
          provider: event.provider,
          time: event.eventTime.toISOString(),
          subject: event.subject ?? undefined,
          action: event.action ?? undefined,
          repository: event.repository ?? undefined,
        },
        event.payload,
        filters,
      );
      if (verdicts.every(({ mismatch }) => mismatch === undefined)) fitting.add(event.id);
    }
    part = [];
    bytes = 0;
  }
  return candidates.filter(({ eventId }) => fitting.has(eventId));
}

const { id, type, source, subject, provider, action, repository, eventTime, payload } =
  getTableColumns(events);

const readEvents = (transaction: Transaction, ids: readonly string[]) =>
  transaction
    .select({ id, type, source, subject, provider, action, repository, eventTime, payload })
    .from(events)
    .where(isOneOf(ids));

const isOneOf = (ids: readonly string[]) =>
  and(
    inArray(events.id, [...ids]),
    inArray(
      events.createdAt,
      ids.map((each) => new Date(timeOfId(each) ?? 0)),
    ),
  );
