import pg from 'pg';

export interface Backlog {
  /** The database's URL for its owner. */
  databaseUrl: string;
  endpointIds: readonly string[];
  tenant: string;
  /** The number of deliveries, each of a different event, spread over the endpoints. */
  rows: number;
  bodyBytes: number;
  signal: AbortSignal;
}

const PART = 100_000;

/**
 * Inserts deliveries that have failed once and whose retry is due, with their events. The events arrived evenly during an
 * outage of an hour. Each retry is scheduled after eight minutes, plus or minus a tenth. The ids contain today's time, so
 * that the rows are in today's partition.
 */
export async function fillBacklog(backlog: Backlog): Promise<void> {
  const client = new pg.Client({ connectionString: backlog.databaseUrl });
  await client.connect();
  try {
    await client.query('set synchronous_commit = off');
    for (let done = 0; done < backlog.rows; done += PART) {
      backlog.signal.throwIfAborted();
      const nowMs = Date.now();
      await client.query(FILL, [
        ulidTime(nowMs),
        new Date(nowMs),
        Math.min(PART, backlog.rows - done),
        backlog.endpointIds,
        backlog.tenant,
        JSON.stringify({ text: 'x'.repeat(backlog.bodyBytes) }),
        done,
        backlog.rows,
      ]);
    }
    await client.query('analyze deliveries, events');
  } finally {
    await client.end();
  }
}

const FILL = `
with n as (
  select n, 'evt_' || $1 || lpad(($7::int + n)::text, 16, '0') as id,
         ($4::text[])[1 + n % cardinality($4::text[])] as endpoint_id
  from generate_series(1, $3::int) n
), stored as (
  insert into events (id, tenant_id, type, source, provider, via, event_time, received_at, stored_at, payload, size_bytes,
                      stream_seq, stream_epoch, matched, created_at)
  select id, $5, 'bench.backlog', '/app', 'app', 'api', $2, $2, $2, convert_to($6, 'utf8'), octet_length($6),
         $7 + n, 'backlog', 1, $2
  from n
)
insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, attempts, due_at, created_at)
select id, endpoint_id, $5, 'bench.backlog', 'retrying', 1,
       now() - interval '10 minutes' - (1 - ($7 + n) / $8::float8) * interval '1 hour' + (random() - 0.5) * interval '96 seconds',
       $2 from n`;

/** The first ten characters of a ULID. */
function ulidTime(ms: number): string {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  let text = '';
  for (let rest = ms, n = 0; n < 10; n++, rest = Math.floor(rest / 32)) text = digits[rest % 32] + text;
  return text;
}
