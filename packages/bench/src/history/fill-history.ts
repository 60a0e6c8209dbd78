import pg from 'pg';

export const DAYS = 7;
export const TENANTS = 10;
export const ENDPOINTS = 100;
export const TYPES = 20;
/** One delivery in so many gave up; one in so many has a retry that is due tomorrow. */
export const DEAD_EVERY = 100;
export const WAITING_EVERY = 500;
const DAY_MS = 86_400_000;
const PART = 250_000;

export const tenantName = (n: number) => `tenant ${n}`;
export const endpointId = (n: number) => `ep_${'0'.repeat(22)}${String(n).padStart(4, '0')}`;

/**
 * Inserts the rows that settled deliveries leave: events, deliveries, attempts, keys and statistics, spread over days.
 * @param databaseUrl the URL for the database's owner
 * @param rows the number of deliveries, each of a different event
 */
export async function fillHistory(
  databaseUrl: string,
  rows: number,
  say: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('select hookline_create_partitions($1, 2)', [DAYS + 1]);
    await client.query('set synchronous_commit = off');
    await client.query(
      `insert into endpoints (id, tenant_id, name, url, events, active, secrets, version)
       select 'ep_' || lpad(n::text, 26, '0'), 'tenant ' || n % $2, 'history', 'http://127.0.0.1:9/', '{*}', true, '[]', 1
       from generate_series(0, $1 - 1) n`,
      [ENDPOINTS, TENANTS],
    );
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const perDay = Math.ceil(rows / DAYS);
    const days = Array.from({ length: DAYS }, (_, day) => day);
    let done = 0;
    const fillDays = async (connection: pg.Client) => {
      for (let day = days.shift(); day !== undefined; day = days.shift()) {
        const start = new Date(today - (DAYS - day) * DAY_MS);
        const before = Math.min(rows, day * perDay);
        const ofDay = Math.min(perDay, rows - before);
        for (let first = 0; first < ofDay; first += PART) {
          signal.throwIfAborted();
          const count = Math.min(PART, ofDay - first);
          const spacing = DAY_MS / ofDay;
          // In order of time, as in production, because ids sort by time.
          await connection.query(FILL, [
            start,
            spacing,
            first,
            count,
            before + first,
            ENDPOINTS,
            TENANTS,
            TYPES,
            DEAD_EVERY,
            WAITING_EVERY,
          ]);
          done += count;
          say(done);
        }
      }
    };
    const second = new pg.Client({ connectionString: databaseUrl });
    await second.connect();
    try {
      await second.query('set synchronous_commit = off');
      await Promise.all([fillDays(client), fillDays(second)]);
    } finally {
      await second.end();
    }
    // The inserts of deliveries that gave up have left changes, and delivery may already have added some to the statistics.
    await client.query('truncate statistics, statistics_changes');
    await client.query(STATISTICS);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** SQL computes the ten characters of the time in an id, because sending 10 million ids would take long. */
const FILL = `
with made as materialized (
  select 'evt_' || (
           select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((ms >> (5 * digit)) & 31)::int + 1, 1), '' order by digit desc)
           from generate_series(0, 9) digit)
         || lpad(($5::bigint + i)::text, 16, '0') as id,
         to_timestamp(ms / 1000.0) as at, n
  from (
    select i, $5::bigint + i as n, (extract(epoch from $1::timestamptz) * 1000 + ($3::bigint + i) * $2::float8)::bigint as ms
    from generate_series(0, $4::bigint - 1) i
  ) g
), events_made as (
  insert into events (id, tenant_id, type, source, provider, provider_delivery_id, via, event_time, received_at, stored_at, payload, size_bytes,
                      stream_seq, stream_epoch, matched, counted_dead, created_at)
  select id, 'tenant ' || n % $6::bigint % $7::bigint, 'app.type_' || n % $8::bigint || '.done', '/app', 'app', 'd' || n, 'api', at, at, at,
         convert_to('{"n":' || n || ',"text":"' || repeat('x', 150) || '"}', 'utf8'), 160 + length(n::text), n, 'history', 1, n % $9::bigint = 7, at
  from made
), keys_made as (
  insert into event_keys (tenant_id, dedupe_key, event_id, created_at)
  select 'tenant ' || n % $6::bigint % $7::bigint, 'app:d' || n, id, at from made
), attempts_made as (
  insert into attempts (event_id, endpoint_id, attempt, tenant_id, trigger, started_at, duration_ms, first_byte_ms,
                        outcome, response_code, created_at)
  select id, 'ep_' || lpad((n % $6::bigint)::text, 26, '0'), 1, 'tenant ' || n % $6::bigint % $7::bigint, 'schedule', at, 5 + n % 100, 3,
         case when n % $9::bigint = 7 then 'failed' when n % $10::bigint = 11 then 'retry' else 'success' end, 200, at
  from made
)
insert into deliveries (event_id, endpoint_id, tenant_id, event_type, status, attempts, due_at, last_attempt_at,
                        response_code, error_code, created_at, completed_at)
select id, 'ep_' || lpad((n % $6::bigint)::text, 26, '0'), 'tenant ' || n % $6::bigint % $7::bigint, 'app.type_' || n % $8::bigint || '.done',
       case when n % $9::bigint = 7 then 'failed' when n % $10::bigint = 11 then 'retrying' else 'success' end, 1,
       case when n % $9::bigint <> 7 and n % $10::bigint = 11 then now() + interval '1 day' end, at, 200,
       case when n % $9::bigint = 7 then case when n % 3 = 0 then 'timeout' else 'http_error' end end, at, at
from made`;

const STATISTICS = `
insert into statistics (tenant_id, endpoint_id, step_seconds, bucket, event_type, received, matched, delivered, dead,
                        dead_events, discarded, attempts, failures, duration_ms, duration_buckets, duration_counts)
select tenant_id, a.endpoint_id, step, date_bin(step * interval '1 second', created_at, 'epoch'), event_type,
       -- Each event has one delivery.
       case when a.endpoint_id = '' then count(*) else 0 end, count(*), count(*) filter (where status = 'success'),
       count(*) filter (where status = 'failed'),
       case when a.endpoint_id = '' then count(*) filter (where status = 'failed') else 0 end, 0, count(*),
       count(*) filter (where status <> 'success'), 50 * count(*), '{40,50,60,70}'::smallint[], array_fill(count(*) / 4, array[4])
from deliveries d
cross join (values (300), (3600), (86400)) s(step)
cross join lateral (values (''), (d.endpoint_id)) a(endpoint_id)
where (step > 300 or created_at > now() - interval '3 days') and (step < 86400 or a.endpoint_id = '')
group by 1, 2, 3, 4, 5`;
