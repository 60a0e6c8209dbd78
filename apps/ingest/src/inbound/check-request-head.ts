import type { IncomingMessage } from 'node:http';
import { ApiError } from '@hookline/contracts';

/**
 * What is asked of every inbound request before its body is read.
 * @throws ApiError `unsupported_media_type` for a compressed body: signatures are over what was sent, and nobody who
 *   signs webhooks compresses them; `duplicate_header` for two Host headers, which proxies and we could read differently
 */
export function checkRequestHead(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity') {
    throw new ApiError('unsupported_media_type', {
      message: 'Compressed bodies are not accepted: send it without Content-Encoding',
    });
  }
  const { rawHeaders } = request;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1) throw new ApiError('duplicate_header', { message: 'The header Host occurs more than once' });
}
