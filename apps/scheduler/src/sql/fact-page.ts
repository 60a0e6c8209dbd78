/** Which facts to read for the rules of alerts. */
export interface FactPage {
  /** null: all tenants. */
  tenants: readonly string[] | null;
  /** The key of the last fact of the page before; '': the first page. */
  after: string;
  limit: number;
}
