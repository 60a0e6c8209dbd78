import { createHmac, randomBytes } from 'node:crypto';
import { ENDPOINT_COUNT, endpointToken } from '../endpoint-types.ts';
import { makeBody } from '../make-body.ts';

export interface GitHubTarget {
  port: number;
  path: string;
  secret: string;
}

/**
 * The bytes of one request from GitHub. The signature covers only the body, so the request is built and signed once, and
 * only the delivery id changes for each send.
 */
export class GitHubRequest {
  readonly bytes: Buffer;
  readonly #counterAt: number;

  /** @param index gives the body, and with it one of the event types `github.bench.t00` … `t19` */
  constructor(target: GitHubTarget, index: number, bodyBytes: number) {
    const body = makeBody(index, bodyBytes, endpointToken(index % ENDPOINT_COUNT));
    const beforeCounter = [
      `POST ${target.path} HTTP/1.1`,
      `host: 127.0.0.1:${target.port}`,
      'user-agent: GitHub-Hookshot/bench',
      'accept: */*',
      'content-type: application/json',
      'x-github-event: bench',
      'x-github-hook-id: 290000001',
      'x-github-hook-installation-target-id: 79929171',
      'x-github-hook-installation-target-type: repository',
      `x-hub-signature-256: sha256=${createHmac('sha256', target.secret).update(body).digest('hex')}`,
      `content-length: ${body.length}`,
      `x-github-delivery: ${randomBytes(4).toString('hex')}-0000-4000-8000-`,
    ].join('\r\n');
    this.#counterAt = beforeCounter.length;
    this.bytes = Buffer.concat([Buffer.from(`${beforeCounter}000000000000\r\n\r\n`), body]);
  }

  /** Changes the delivery id. Call it only after the previous send was answered: until then the socket uses the bytes. */
  renew(counter: number): Buffer {
    this.bytes.write(counter.toString(16).padStart(12, '0'), this.#counterAt, 12, 'latin1');
    return this.bytes;
  }
}
