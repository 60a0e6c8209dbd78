/** The answer to a question about facts. @param rows at most `limit`; so many say that there may be more */
export function factsOf<Fact>(
  rows: Fact[],
  limit: number,
  keyOf: (fact: Fact) => string,
): { data: Fact[]; next: string | null } {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return { data: rows, next: last === undefined ? null : keyOf(last) };
}
