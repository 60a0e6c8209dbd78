import { quoteForShell } from '@hookline/contracts/shell';
import { safeLine } from '../terminal/safe-text.ts';
import type { LocalRequest } from './local-request.ts';

/** A request to a local server as a curl command, with exactly its bytes. */
export function localCurl({ method, url, headers, body }: LocalRequest): string {
  const parts = ['curl', '-i', '-X', method, quoteForShell(url)];
  for (const [name, value] of headers) parts.push('-H', quoteForShell(`${name}: ${value}`));
  const text = new TextDecoder().decode(body);
  const isText =
    Buffer.from(text).equals(body) &&
    safeLine(text.replaceAll(/[\n\r\t]/g, '')).length === text.replaceAll(/[\n\r\t]/g, '').length;
  if (body.length === 0) return parts.join(' ');
  if (isText) return [...parts, '--data-binary', quoteForShell(text)].join(' ');
  return `base64 -d <<< ${Buffer.from(body).toString('base64')} | ${[...parts, '--data-binary', '@-'].join(' ')}`;
}
