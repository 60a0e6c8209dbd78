import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { asBuffer } from '../delivery/request-content.ts';
import compactJson from './compact-json.ts';

export interface BodyCompactor {
  /** Returns `JSON.stringify(JSON.parse(body))`; no promise for a body of usual size. */
  compact(body: Buffer): Buffer | Promise<Buffer>;
  close(): Promise<void>;
}

/** A larger body is sent unchanged. */
export const MAX_COMPACTED_BYTES = 1_048_576;
/** Takes 5 ms at most, with nothing but short members. A larger body is parsed in a thread: 1 MB takes up to 150 ms. */
const LARGE_BYTES = 32_768;
const IDLE_MS = 30_000;

export function createBodyCompactor(): BodyCompactor {
  const isSource = import.meta.url.endsWith('.ts');
  const pool = new Piscina<Uint8Array, Uint8Array>({
    filename: fileURLToPath(new URL(`./compact-json.${isSource ? 'ts' : 'js'}`, import.meta.url)),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    // 1 MB of empty arrays takes 30 MB when it is parsed.
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  return {
    compact: (body) => (body.length <= LARGE_BYTES ? compactJson(body) : pool.run(body).then(asBuffer)),
    close: () => pool.close(),
  };
}
