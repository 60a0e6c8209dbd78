const TIMEOUT_MS = 5_000;
const SHOWN_CHARACTERS = 500;

/** Undefined when the address answers with 2xx, else what it answered or why it did not. */
export async function probeHttp(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await response.text();
    return response.ok
      ? undefined
      : `${url} answered ${response.status} ${body.slice(0, SHOWN_CHARACTERS)}`.trimEnd();
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? (cause as NodeJS.ErrnoException).code || cause.message : message;
    return `${url} does not answer (${reason})`;
  }
}
