import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** `*`, `github.*` and whole types, in SQL as matchesEventType has it. */
export function matchesTypePatterns(type: SQLWrapper, patterns: readonly string[]): SQL {
  if (patterns.includes('*')) return sql`true`;
  const alternatives = patterns.map((pattern) =>
    pattern.endsWith('.*')
      ? sql`(starts_with(${type}, ${pattern.slice(0, -1)}) and length(${type}) > ${pattern.length - 1})`
      : sql`${type} = ${pattern}`,
  );
  return alternatives.length === 0 ? sql`false` : sql`(${sql.join(alternatives, sql` or `)})`;
}
