import { typesOfPattern } from '@hookline/contracts';
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** The condition in SQL that a type matches one of the patterns, with the rules of matchesEventType. */
export function matchesTypePatterns(type: SQLWrapper, patterns: readonly string[]): SQL {
  const alternatives: SQL[] = [];
  for (const pattern of patterns) {
    const types = typesOfPattern(pattern);
    if (types.length === 0) return sql`true`;
    for (const each of types)
      alternatives.push(sql`${type} = ${each} or starts_with(${type}, ${`${each}.`})`);
  }
  return alternatives.length === 0 ? sql`false` : sql`(${sql.join(alternatives, sql` or `)})`;
}
