-- ---------------------------------------------------------------------------------------------- endpoints
create table endpoints (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text not null,
  url text not null,
  description text,
  events text[] not null,
  active boolean not null default true,
  verified boolean not null default false,
  disabled_reason text,
  headers jsonb not null default '{}',
  max_retries integer not null default 3 check (max_retries between 0 and 10),
  retry_delay_seconds integer not null default 60 check (retry_delay_seconds between 10 and 3600),
  retry_schedule integer[],
  timeout_seconds integer not null default 15 check (timeout_seconds between 1 and 30),
  method text not null default 'POST' check (method in ('POST', 'PUT', 'PATCH')),
  -- what the API calls by the same names; null: nothing of the kind
  filter jsonb,
  transformation jsonb,
  batching jsonb,
  ordering jsonb,
  rate_limit jsonb,
  -- sealed: holds credentials
  auth text,
  signing jsonb not null default '{"algorithm": "hmac", "seedHeaders": true}',
  deadline_seconds integer check (deadline_seconds between 60 and 2592000),
  -- sealed, newest first: [{"sealed": …, "expiresAt": … | null}]
  secrets jsonb not null,
  -- the catalog's version when this row last changed
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create index endpoints_tenant on endpoints (tenant_id, id) where deleted_at is null;
create index endpoints_version on endpoints (version);

-- One row. Each change of an endpoint takes the next version in its own transaction, so that a reader who sees
-- version n sees every change up to n: delivery's in-memory catalog is brought up to date with one look per batch.
create table endpoint_catalog (
  one boolean primary key default true check (one),
  version bigint not null
);
insert into endpoint_catalog values (true, 0);

-- ------------------------------------------------------------------------------------------------- events
create table events (
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  type text collate "C" not null,
  source text not null,
  subject text,
  provider text not null,
  action text,
  repository text,
  delivery_id text,
  via text not null,
  event_time timestamptz not null,
  received_at timestamptz not null,
  traceparent text,
  -- the JSON text exactly as received
  payload bytea not null,
  size_bytes integer not null,
  -- sequence in the EVENTS stream, and which incarnation of the stream
  stream_seq bigint not null,
  stream_epoch text not null,
  -- how many deliveries fan-out made
  matched integer not null,
  -- why active endpoints of the tenant did not match: [[endpoint id, reason, details of a filter]], at most 20
  unmatched jsonb,
  -- the time in the id, which names the partition
  created_at timestamptz not null,
  primary key (id, created_at)
) partition by range (created_at);
-- Payloads are JSON: lz4 keeps the table small for little work. A server built without it stores them as they are,
-- because its only other method costs more time than the rest of the insert.
do $$
begin
  alter table events alter column payload set compression lz4;
exception when feature_not_supported then
  alter table events alter column payload set storage external;
end $$;
create index events_tenant on events (tenant_id, id);
-- For the ledger's check of the newest sequences. Not BRIN: recent pages have no summary yet, so that it would read
-- the whole day (10,000 pages for 500 events). Appends to a btree cost next to nothing.
create index events_stream_seq on events (stream_seq);

-- What a repeat is recognised by, across all partitions of events. Not partitioned, because a unique key of a
-- partitioned table cannot span its partitions; retention deletes from it by block range (brin).
create table event_keys (
  tenant_id text collate "C" not null,
  dedupe_key text collate "C" not null,
  event_id text collate "C" not null,
  created_at timestamptz not null,
  primary key (tenant_id, dedupe_key)
);
create index event_keys_created on event_keys using brin (created_at);

-- Stream entries that did not become an event: repeats beyond JetStream's window, and messages nobody can read.
-- With events it accounts for every sequence of the stream.
create table skipped_messages (
  stream_epoch text not null,
  stream_seq bigint not null,
  reason text not null check (reason in ('duplicate', 'malformed')),
  tenant_id text collate "C",
  -- duplicate: the event it repeats
  event_id text collate "C",
  details text,
  created_at timestamptz not null,
  primary key (stream_epoch, stream_seq, created_at)
) partition by range (created_at);
create index skipped_messages_event on skipped_messages (event_id) where event_id is not null;

-- --------------------------------------------------------------------------------------------- deliveries
-- One row for each event and endpoint. due_at is when somebody must look at the row again: the next attempt of a
-- waiting one, the end of the lease of one that is being sent, the publishing of a dead letter. A settled row has
-- none. So open work is found by one small index, whatever its state, and none can be forgotten (the check).
--
-- Each partition has a unique index on (event_id, endpoint_id), made with it (0006). A primary key here would have to
-- hold created_at as well, and an index that holds it lets the planner read a whole day for "between these times",
-- which it takes for a few rows while the day is young, and then compare each with each outcome of a batch.
create table deliveries (
  event_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  tenant_id text collate "C" not null,
  event_type text collate "C" not null,
  status text not null,
  attempts integer not null default 0,
  -- attempts made before the last manual retry: the policy counts from there
  attempts_before integer not null default 0,
  trigger text not null default 'schedule',
  due_at timestamptz,
  -- who is sending it: fences off a replica that comes back after its lease has run out
  lease_id text collate "C",
  last_attempt_at timestamptz,
  response_code integer,
  error_code text,
  error_message text,
  created_at timestamptz not null,
  completed_at timestamptz,
  check (case status
    when 'pending' then due_at is not null and lease_id is null
    when 'retrying' then due_at is not null and lease_id is null
    when 'sending' then due_at is not null and lease_id is not null
    when 'success' then due_at is null
    when 'failed' then true
    else false end)
) partition by range (created_at);
create index deliveries_due on deliveries (endpoint_id, due_at) where due_at is not null;
create index deliveries_endpoint on deliveries (endpoint_id, event_id);
create index deliveries_failed on deliveries (tenant_id, event_id) where status = 'failed';

create table attempts (
  event_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  attempt integer not null,
  tenant_id text collate "C" not null,
  trigger text not null,
  started_at timestamptz not null,
  duration_ms real not null,
  first_byte_ms real,
  outcome text not null check (outcome in ('success', 'retry', 'failed', 'dropped')),
  response_code integer,
  response_headers jsonb,
  response_body bytea,
  error_code text,
  error_message text,
  next_attempt_at timestamptz,
  -- the partition of the event, so that an event and all of its attempts leave together
  created_at timestamptz not null,
  primary key (event_id, endpoint_id, attempt, created_at)
) partition by range (created_at);

-- Up to which sequence of the stream the ledger has been checked, and what was found.
create table ledger_checks (
  stream_epoch text primary key,
  checked_seq bigint not null,
  unaccounted bigint not null default 0,
  checked_at timestamptz not null default now()
);
