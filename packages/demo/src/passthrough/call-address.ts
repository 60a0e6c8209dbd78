/** Calls an address as a provider does, and returns the status of the answer. */
export async function callAddress(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<number> {
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  return answer.status;
}
