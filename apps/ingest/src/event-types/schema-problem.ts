/** Why a schema is refused. */
export interface SchemaProblem {
  /** JSON pointer into the schema. Empty: the whole schema. */
  at: string;
  problem: string;
}
