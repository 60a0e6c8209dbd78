import { finished, pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { ApiError } from '@hookline/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addVary } from './answer-with-error.ts';
import { encodeCursor } from './page.ts';

/** A part of an export. */
export interface ExportPage {
  /** JSON texts without line breaks. */
  lines: readonly (string | Uint8Array)[];
  /** The position after these lines: `decodeCursor` gives it back. */
  position: string;
}

export interface ExportSource {
  /** One export of the same owner runs at a time. Undefined: of an operator that named no tenant. */
  tenant: string | undefined;
  /** Without its extension. */
  filename: string;
  /** The cursor that the caller sent, which the answer repeats if there is nothing after it. */
  cursor: string | undefined;
  /** Read one after the other, as fast as the caller reads the answer. */
  pages: AsyncIterable<ExportPage>;
}

/**
 * Answers with lists of any length as lines of JSON (NDJSON), compressed if the caller accepts gzip. Memory is bounded
 * by one page for each export.
 *
 * After every MARKED_LINES lines, and at the end, there is a line that is no item: `{"end", "count", "cursor"}`. Only the
 * last one has `"end": true`, so a caller notices an answer that was cut, and continues at the last `cursor` that it got.
 */
export interface Exports {
  /**
   * @throws ApiError `rate_limited` while another export of the same owner runs; what the first page throws. An error
   * of a later page cuts the answer.
   */
  send(request: FastifyRequest, reply: FastifyReply, source: ExportSource): Promise<FastifyReply>;
  /** Cuts all answers: before the server waits for its connections to end. */
  close(): void;
}

export interface ExportsOptions {
  /** An export whose caller reads nothing for so long is cut. Default 60 s. */
  stallTimeoutMs?: number;
}

/** Lines between two cursors. */
const MARKED_LINES = 1_000;
const STALL_TIMEOUT_MS = 60_000;
const RETRY_AFTER_SECONDS = 10;

export function createExports({ stallTimeoutMs = STALL_TIMEOUT_MS }: ExportsOptions = {}): Exports {
  /** The running export of each owner. */
  const running = new Map<string | undefined, ExportSource>();
  const streams = new Set<Readable>();

  /** Does nothing if it was called before, and the owner has begun another export. */
  function release(source: ExportSource): void {
    if (running.get(source.tenant) === source) running.delete(source.tenant);
  }

  async function start(source: ExportSource): Promise<Readable> {
    const { pages, cursor } = source;
    const iterator = pages[Symbol.asyncIterator]();
    // The first page is read before the answer begins, so that its errors have a status of their own.
    const first = await iterator.next();
    const stream = Readable.from(
      cutWhenStalled(
        // Before the last line: a caller that has it may begin the next export at once.
        writeLines(first, iterator, { cursor, onEnd: () => release(source) }),
        stallTimeoutMs,
        () => stream.destroy(),
      ),
      { objectMode: false },
    );
    return stream;
  }

  return {
    async send(request, reply, source) {
      const { tenant, filename } = source;
      if (running.has(tenant)) {
        throw new ApiError('rate_limited', {
          message: 'Another export is running: one at a time is allowed',
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      }
      running.set(tenant, source);
      let stream: Readable;
      try {
        stream = await start(source);
      } catch (error) {
        release(source);
        throw error;
      }
      streams.add(stream);
      finished(stream, () => {
        streams.delete(stream);
        release(source);
      });
      const isCompressed = acceptsGzip(request.headers['accept-encoding']);
      reply.headers({
        'content-type': 'application/x-ndjson',
        'content-disposition': `attachment; filename="${filename}.ndjson"`,
        'cache-control': 'no-store',
        ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
      });
      addVary(reply, 'accept-encoding');
      // The callback is needed: without it the error of a cut answer would end the process.
      return reply.send(isCompressed ? pipeline(stream, createGzip(), () => {}) : stream);
    },
    close() {
      for (const stream of streams) stream.destroy();
    },
  };
}

async function* writeLines(
  first: IteratorResult<ExportPage>,
  rest: AsyncIterator<ExportPage>,
  { cursor: given, onEnd }: { cursor: string | undefined; onEnd: () => void },
): AsyncGenerator<Buffer> {
  let cursor = given ?? null;
  let count = 0;
  let marked = 0;
  try {
    for (let next = first; !next.done; next = await rest.next()) {
      const { lines, position } = next.value;
      count += lines.length;
      cursor = encodeCursor(position);
      if (lines.length > 0) yield joinLines(lines);
      if (count - marked < MARKED_LINES) continue;
      marked = count;
      yield mark(false, count, cursor);
    }
    onEnd();
    yield mark(true, count, cursor);
  } finally {
    await rest.return?.();
  }
}

const mark = (end: boolean, count: number, cursor: string | null) =>
  Buffer.from(`${JSON.stringify({ end, count, cursor })}\n`);

const LINE_BREAK = Buffer.from('\n');

function joinLines(lines: readonly (string | Uint8Array)[]): Buffer {
  const parts = lines.flatMap((line) => [typeof line === 'string' ? Buffer.from(line) : line, LINE_BREAK]);
  return Buffer.concat(parts);
}

/** @param cut called when nothing has been read for `timeoutMs` */
async function* cutWhenStalled(
  chunks: AsyncIterable<Buffer>,
  timeoutMs: number,
  cut: () => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const timer = setTimeout(cut, timeoutMs);
    try {
      yield chunk;
    } finally {
      clearTimeout(timer);
    }
  }
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .some((each) => {
      const [coding = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
      return coding === 'gzip' && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
    });
}
