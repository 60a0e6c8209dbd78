import { type SQL, sql } from 'drizzle-orm';

/** A list of texts as a value of type text[]; undefined as NULL. */
export function textArray(values: readonly string[] | null | undefined): SQL {
  if (values == null) return sql`null::text[]`;
  return sql`array(select jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`;
}
