import { ID_PREFIX, operations, type ReceivedEvent, tenantToRead } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { decodeCursor, type ExportPage, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { EventFilter } from '../../sql/event-filter.ts';
import { createdAtOf } from '../../sql/event-row.ts';
import { readEventsAfter } from '../../sql/read-events-after.ts';
import { readPayloads } from '../../sql/read-payloads.ts';
import { readProgress } from '../../sql/read-progress.ts';
import type { RouteContext } from '../context.ts';
import { NO_PAYLOAD } from '../data-with-payload.ts';
import { presentEvent } from './present-event.ts';

/** Events that are read at a time. */
const PAGE_EVENTS = 500;
/** Bytes of payloads that are read at a time; one larger payload is read alone. */
const PAGE_BYTES = 4_194_304;

export function mountExportEvents(app: FastifyInstance, context: RouteContext): void {
  const { database, exports } = context;
  mountOperation(
    app,
    operations.exportEvents,
    context.authenticate,
    ({ principal, query, request, reply }) => {
      const { cursor, payload = false, ...rest } = query;
      const tenant = tenantToRead(principal, query.userId);
      const after = decodeCursor(cursor, ID_PREFIX.event);
      const pages = readPages(database, { ...rest, tenant }, after);
      return exports.send(request, reply, {
        tenant,
        filename: 'events',
        cursor,
        pages: payload ? withPayloads(database, tenant, pages) : withoutPayloads(pages),
      });
    },
  );
}

interface EventPage {
  events: ReceivedEvent[];
  position: string;
}

/** Each page has a transaction of its own: none is open while the caller reads. */
async function* readPages(
  database: Database,
  filter: EventFilter,
  after: string | undefined,
): AsyncGenerator<EventPage> {
  let position = after;
  for (;;) {
    const { events, scannedTo } = await database.withScope(filter.tenant, async (tx) => {
      const { rows, ...found } = await readEventsAfter(tx, filter, position, PAGE_EVENTS);
      const progressOf = await readProgress(tx, rows);
      return { ...found, events: rows.map((row) => presentEvent(row, row.status, progressOf(row.id))) };
    });
    if (scannedTo === undefined) return;
    position = scannedTo;
    yield { events, position };
  }
}

async function* withoutPayloads(pages: AsyncIterable<EventPage>): AsyncGenerator<ExportPage> {
  for await (const { events, position } of pages)
    yield { lines: events.map((event) => JSON.stringify(event)), position };
}

async function* withPayloads(
  database: Database,
  tenant: string | undefined,
  pages: AsyncIterable<EventPage>,
): AsyncGenerator<ExportPage> {
  for await (const { events, position } of pages) {
    for (const part of splitBySize(events)) {
      const payloads = await database.withScope(tenant, (tx) =>
        readPayloads(
          tx,
          part.map(({ id }) => ({ id, createdAt: createdAtOf(id) })),
        ),
      );
      const lines = part.map((event) => withPayload(event, payloads.get(event.id)));
      yield { lines, position: part.at(-1)?.id ?? position };
    }
    // Events after the last one that matched were looked at as well.
    yield { lines: [], position };
  }
}

function* splitBySize(events: readonly ReceivedEvent[]): Generator<ReceivedEvent[]> {
  let part: ReceivedEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    if (part.length > 0 && bytes + event.sizeBytes > PAGE_BYTES) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(event);
    bytes += event.sizeBytes;
  }
  if (part.length > 0) yield part;
}

function withPayload(event: ReceivedEvent, payload: Buffer = NO_PAYLOAD): Buffer {
  const head = JSON.stringify(event).slice(0, -1);
  return Buffer.concat([Buffer.from(`${head},"payload":`), withoutLineBreaks(payload), Buffer.from('}')]);
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** In JSON text a line break stands between values only: a space in its place changes nothing. */
function withoutLineBreaks(json: Buffer): Buffer {
  if (!json.includes(LINE_FEED) && !json.includes(CARRIAGE_RETURN)) return json;
  const copy = Buffer.from(json);
  for (const [index, byte] of copy.entries())
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) copy[index] = 0x20;
  return copy;
}
