const TIMEOUT_MS = 5_000;
const SHOWN_CHARACTERS = 500;

/** Undefined when the URL answers 2xx, otherwise the answer or the reason why there is no answer. */
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
