/** Whether the endpoint's rules allow a retry after an answer with this status. */
export type RetryRule = (status: number) => boolean;

/**
 * Compiles the rules of an endpoint about statuses. A status such as `429` counts before a class such as `4xx`, and at the
 * same level `dontRetryOn` counts before `retryOn`. A status in neither list is retried unless there is a `retryOn`.
 * @returns undefined if there are no rules
 */
export function compileRetryRules(
  retryOn: readonly string[] | null,
  dontRetryOn: readonly string[] | null,
): RetryRule | undefined {
  if (retryOn === null && dontRetryOn === null) return undefined;
  const rules = new Map<string, boolean>();
  for (const each of retryOn ?? []) rules.set(each, true);
  for (const each of dontRetryOn ?? []) rules.set(each, false);
  return (status) =>
    rules.get(String(status)) ?? rules.get(`${Math.floor(status / 100)}xx`) ?? retryOn === null;
}
