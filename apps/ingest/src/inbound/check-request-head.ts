import { ApiError } from '@hookline/contracts';
import { readCodings, unknownCoding } from '@hookline/service';

/** Checks every inbound request before its body is read. */
export interface RequestHead {
  /** Number of Host headers. */
  hosts: number;
  contentEncoding: string | undefined;
}

/**
 * @throws ApiError `duplicate_header` for two Host headers, which a proxy and Hookline could read differently;
 *   `unsupported_media_type` for an unsupported Content-Encoding
 */
export function checkRequestHead({ hosts, contentEncoding }: RequestHead): void {
  if (hosts > 1) throw new ApiError('duplicate_header', { message: 'The header Host occurs more than once' });
  const { unknown } = readCodings(contentEncoding);
  if (unknown !== undefined) throw unknownCoding(unknown);
}

/** Node keeps only the first Host in `headers`. */
export function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}
