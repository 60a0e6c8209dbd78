/** Why a schema is refused. */
export interface SchemaProblem {
  /** JSON pointer into the schema; empty: all of it. */
  at: string;
  problem: string;
}
