import { quoteForShell } from '@hookline/contracts/shell';

/** Ends the command after the request was printed. */
export class PrintedRequest extends Error {
  override readonly name = 'PrintedRequest';
}

/** A `fetch` that prints the request as a curl command and sends nothing. The key stays in a variable. */
export function printingFetch(print: (text: string) => void): typeof fetch {
  return (input, init) => {
    print(`${toCurl(String(input), init)}\n`);
    return Promise.reject(new PrintedRequest('The request was printed and not sent.'));
  };
}

function toCurl(url: string, { method = 'GET', headers, body }: RequestInit = {}): string {
  const parts = ['curl', ...(method === 'GET' ? [] : ['-X', method]), quoteForShell(url)];
  for (const [name, value] of new Headers(headers)) {
    parts.push(
      '-H',
      name === 'authorization' ? '"authorization: Bearer $HOOKLINE_KEY"' : quoteForShell(`${name}: ${value}`),
    );
  }
  if (typeof body === 'string') parts.push('--data-raw', quoteForShell(body));
  return parts.join(' ');
}

/** Whether a call ended because its request was only printed. */
export function wasPrinted(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth++) {
    if (cause instanceof PrintedRequest) return true;
    cause = cause.cause;
  }
  return false;
}
