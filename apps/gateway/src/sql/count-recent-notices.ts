import { rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

const SUBJECT = rowSet({ rule_id: 'text', subject_id: 'text' });

/** Names a rule and a subject together. */
export const subjectKey = (ruleId: string, subjectId: string): string => `${ruleId} ${subjectId}`;

/** Counts of how many changes of subjects the channels of a rule were told within the last hour, by `subjectKey`. */
export async function countRecentNotices(
  transaction: Transaction,
  subjects: readonly { ruleId: string; subjectId: string }[],
): Promise<Map<string, number>> {
  if (subjects.length === 0) return new Map();
  const rows = subjects.map(({ ruleId, subjectId }) => ({ rule_id: ruleId, subject_id: subjectId }));
  const { rows: counted } = await transaction.execute<{
    ruleId: string;
    subjectId: string;
    notices: number;
  }>(sql`
    select s.rule_id as "ruleId", s.subject_id as "subjectId",
           (count(*) filter (where a.fired_at > now() - interval '1 hour')
            + count(*) filter (where a.state = 'recovered' and a.ended_at > now() - interval '1 hour'))::integer as notices
    from ${SUBJECT.unnestRows(rows, 's')}
    join alerts a on a.rule_id = s.rule_id and a.subject_id = s.subject_id
      and (a.fired_at > now() - interval '1 hour' or a.ended_at > now() - interval '1 hour')
    group by s.rule_id, s.subject_id`);
  return new Map(counted.map(({ ruleId, subjectId, notices }) => [subjectKey(ruleId, subjectId), notices]));
}
