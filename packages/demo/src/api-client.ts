/** Calls the gateway's API as an operator. An answer that is not 2xx throws an error with the text of the answer. */
export function createApiClient(gateway: string, operatorKey: string) {
  return async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(new URL(path, gateway), {
      method,
      headers: {
        authorization: `Bearer ${operatorKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
    return (JSON.parse(text) as { data: T }).data;
  };
}
