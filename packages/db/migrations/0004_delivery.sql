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
  -- when and why Hookline switched it off; null if it is on, or was switched off by a person
  disabled_at timestamptz,
  disabled_reason text,
  -- when it was last switched on again
  resumed_at timestamptz,
  headers jsonb not null default '{}',
  max_retries integer not null default 3 check (max_retries between 0 and 10),
  retry_delay_seconds integer not null default 60 check (retry_delay_seconds between 10 and 3600),
  retry_schedule integer[],
  timeout_seconds integer not null default 30 check (timeout_seconds between 1 and 30),
  method text not null default 'POST' check (method in ('POST', 'PUT', 'PATCH')),
  -- the settings of the same names in the API; null: not set
  filter jsonb,
  transformation jsonb,
  batching jsonb,
  ordering jsonb,
  rate_limit jsonb,
  -- sealed: holds credentials
  auth text,
  signing jsonb not null default '{"algorithm": "hmac", "plainHeaders": true}',
  -- request: the provider's own request is sent instead of the event, if there is one
  format text not null default 'event' check (format in ('event', 'request')),
  -- whether that request has Hookline's headers besides the provider's
  hookline_headers boolean not null default true,
  -- compact: the payload is serialised again, as JavaScript writes JSON
  body text not null default 'verbatim' check (body in ('verbatim', 'compact')),
  deadline_seconds integer check (deadline_seconds between 60 and 2592000),
  -- statuses and classes that are retried, or not; null: no rule
  retry_on text[],
  dont_retry_on text[],
  -- hold: events that match while it is off get a delivery that waits
  when_off text not null default 'skip' check (when_off in ('skip', 'hold')),
  -- the tenant's own id of it
  uid text collate "C",
  -- the tenant's own texts about it
  metadata jsonb not null default '{}',
  tags text[] not null default '{}',
  -- sealed, newest first: [{"sealed": …, "expiresAt": … | null}]
  secrets jsonb not null,
  -- ed25519, the private half sealed, newest first: [{"sealed": …, "publicKey": "whpk_…", "expiresAt": … | null}];
  -- empty until the endpoint asks for such signatures
  signing_keys jsonb not null default '[]',
  -- the catalog's version when this row last changed
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  -- when it was last switched off; stays when it is switched on again: events from then on were missed
  inactive_since timestamptz,
  -- events received between this time and inactive_since may have been fanned out while it was off; at most a day
  -- before, and not before it was last switched on
  late_since timestamptz
);
create function hookline_note_inactive() returns trigger
  language plpgsql
as $$
begin
  new.inactive_since := now();
  new.late_since := greatest(now() - interval '1 day', old.resumed_at);
  return new;
end $$;
create trigger endpoints_inactive before update of active on endpoints
  for each row when (old.active and not new.active) execute function hookline_note_inactive();
create index endpoints_tenant on endpoints (tenant_id, id) where deleted_at is null;
create unique index endpoints_uid on endpoints (uid, tenant_id) where uid is not null and deleted_at is null;
create index endpoints_version on endpoints (version);

-- One row. Each change of an endpoint takes the next version in its transaction, so a reader that sees version n sees
-- every change up to n. Delivery updates its catalog in memory with one query for each batch.
create table endpoint_catalog (
  one boolean primary key default true check (one),
  version bigint not null,
  -- true: an operator has paused sending, and no new attempts are started
  paused boolean not null default false
);
insert into endpoint_catalog (version) values (0);

-- Endpoints that only fail at the moment. A row is written at most once a minute, and deleted by a success.
create table endpoint_failures (
  endpoint_id text collate "C" primary key,
  failures integer not null,
  first_failed_at timestamptz not null,
  last_failed_at timestamptz not null
);

-- Announcements to tenants, each sent as an event. A row is written together with the change it announces, and deleted
-- when the event is on the stream.
create table announcements (
  -- the change, the endpoint and its version: the key that the event is recognised by
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  type text not null,
  -- the payload of the event
  data jsonb not null,
  created_at timestamptz not null default now()
);

-- The running replicas. Limits are divided by their number, and leases of replicas that have gone are ended.
create table delivery_replicas (
  id text collate "C" primary key,
  seen_at timestamptz not null,
  -- since when it has been running without a gap
  since timestamptz not null,
  -- the version of the catalog (endpoint_catalog) that it uses
  catalog_version bigint not null
);

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
  provider_delivery_id text,
  via text not null,
  event_time timestamptz not null,
  received_at timestamptz not null,
  traceparent text,
  -- how often it has come through this installation, and what others have signed of theirs; null: never
  hops text,
  -- for a message about the provider's subscription: its new state (revoked, disabled, verified, test), and the reason
  control text,
  control_reason text,
  -- when JetStream stored the event, by its own clock
  stored_at timestamptz not null,
  -- the JSON text exactly as received
  payload bytea not null,
  size_bytes integer not null,
  -- the HTTP request that brought the event, encoded (see packages/bus); null: not kept, or in shared_requests
  request bytea,
  -- the id of the first event of the same request, if the request brought several events
  request_id text collate "C",
  -- the sequence in the EVENTS stream, and the incarnation of the stream
  stream_seq bigint not null,
  stream_epoch text not null,
  -- how many deliveries fan-out created
  matched integer not null,
  -- why endpoints of the tenant did not match: [[endpoint id, reason, details of a filter]], at most 20, and the number
  -- of further endpoints
  unmatched jsonb,
  unmatched_omitted integer not null default 0,
  -- whether the statistics count it among the events with a delivery that gave up
  counted_dead boolean not null default false,
  -- deleted by a person: the payload is gone and the event is not shown, but the ledger still counts it
  deleted_at timestamptz,
  -- the time in the id, which names the partition
  created_at timestamptz not null,
  primary key (id, created_at)
) partition by range (created_at);
-- Payloads are JSON: lz4 keeps the table small for little CPU time. A server built without lz4 does not compress them,
-- because its only other method takes longer than the rest of the insert.
do $$
begin
  alter table events alter column payload set compression lz4;
  alter table events alter column request set compression lz4;
exception when feature_not_supported then
  alter table events alter column payload set storage external;
  alter table events alter column request set storage external;
end $$;
create index events_tenant on events (tenant_id, id);
-- For the ledger's check of the newest sequences. Not BRIN: recent pages have no summary yet, so the check would read
-- the whole day (10,000 pages for 500 events). Appending to a btree is cheap.
create index events_stream_seq on events (stream_seq);

-- Requests that brought several events and are too large to be stored with each event. They are compressed already.
create table shared_requests (
  -- events.request_id
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  content bytea not null,
  -- the time of its events
  created_at timestamptz not null,
  primary key (id, created_at)
) partition by range (created_at);
alter table shared_requests alter column content set storage external;

-- For a request that brought several events, the event that stands for it at an endpoint that receives requests: the
-- first event that reached fan-out. The other events get no delivery to that endpoint.
create table request_sends (
  request_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  event_id text collate "C" not null,
  tenant_id text collate "C" not null,
  -- the time of its events
  created_at timestamptz not null,
  primary key (request_id, endpoint_id, created_at)
) partition by range (created_at);

-- The keys that repeats are recognised by, across all partitions of events. The table is not partitioned, because a
-- unique key of a partitioned table cannot span its partitions. Retention deletes from it by block range (brin). A key
-- may have a window (ce-dedupewindow): then an event that was received after it takes the key over.
create table event_keys (
  tenant_id text collate "C" not null,
  dedupe_key text collate "C" not null,
  event_id text collate "C" not null,
  created_at timestamptz not null,
  primary key (tenant_id, dedupe_key)
);
create index event_keys_created on event_keys using brin (created_at);

-- Messages of the stream that did not become an event: repeats beyond JetStream's window, malformed messages, and
-- messages by which ingest tests whether the stream stores messages. Together with events the table accounts for every
-- sequence.
create table skipped_messages (
  stream_epoch text not null,
  stream_seq bigint not null,
  reason text not null check (reason in ('duplicate', 'malformed', 'probe')),
  tenant_id text collate "C",
  -- duplicate: the event that it repeats
  event_id text collate "C",
  -- the id that its sender got
  repeat_id text collate "C",
  -- the hashes of both payloads, in hex, if a duplicate differs from the event that it repeats
  first_sha256 text,
  repeat_sha256 text,
  details text,
  -- malformed: the message itself, so that an operator can see it and send it again
  subject text,
  headers jsonb,
  payload bytea,
  created_at timestamptz not null,
  primary key (stream_epoch, stream_seq, created_at)
) partition by range (created_at);
create index skipped_messages_event on skipped_messages (event_id) where event_id is not null;
create index skipped_messages_malformed on skipped_messages (created_at, stream_seq) where reason = 'malformed';
create index skipped_messages_repeat on skipped_messages (repeat_id) where repeat_id is not null;

-- --------------------------------------------------------------------------------------------- deliveries One row for
-- each event and endpoint. due_at is when the row needs work again: the next attempt, the end of the lease of a
-- delivery that is being sent, or the publishing of a dead letter. A settled row has none. So one small index finds all
-- open work, whatever its state, and no delivery can be forgotten (the check).
--
-- Each partition has a unique index on (event_id, endpoint_id), created with it (0006). A primary key would have to
-- contain created_at as well. With such an index the planner may read a whole day for a range of times, which early in
-- the day it expects to be a few rows, and then compare each row with each outcome of a batch.
create table deliveries (
  event_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  tenant_id text collate "C" not null,
  event_type text collate "C" not null,
  status text not null,
  attempts integer not null default 0,
  -- attempts before the last manual retry: the retry policy counts from there
  attempts_before integer not null default 0,
  trigger text not null default 'schedule',
  -- whether the endpoint did not match the event when it was fanned out, and a replay or a person had it sent there
  by_request boolean not null default false,
  -- the last replay that sent it
  replay_id text collate "C",
  due_at timestamptz,
  -- the lease of the replica that sends it: fences off a replica that continues after its lease has run out
  lease_id text collate "C",
  -- how often it was leased since its last outcome: it may have ended the processes that claimed it
  claims smallint not null default 0,
  -- for an endpoint that gets events with the same key one after the other, in the order of their positions. While a
  -- delivery waits for earlier deliveries, its due_at is infinity
  ordering_key text collate "C",
  ordering_position text collate "C",
  -- when it was last retried manually or replayed: its deadline counts from there
  retried_at timestamptz,
  last_attempt_at timestamptz,
  response_code integer,
  error_code text,
  error_message text,
  created_at timestamptz not null,
  -- when it arrived or gave up; null if it was discarded while it was open
  completed_at timestamptz,
  -- who discarded the delivery, when and why: {"by", "at", "reason"}
  discarded jsonb,
  check (case status
    when 'pending' then due_at is not null and lease_id is null
    when 'retrying' then due_at is not null and lease_id is null
    when 'sending' then due_at is not null and lease_id is not null
    when 'success' then due_at is null
    when 'failed' then true
    when 'discarded' then due_at is null and lease_id is null and discarded is not null
    else false end)
) partition by range (created_at);
create index deliveries_due on deliveries (endpoint_id, due_at) where due_at is not null;
create index deliveries_ordering on deliveries (endpoint_id, ordering_key, ordering_position)
  where ordering_key is not null and due_at is not null;
-- Ordering keys with waiting deliveries.
create index deliveries_turn on deliveries (endpoint_id, ordering_key) where due_at = 'infinity';
create index deliveries_endpoint on deliveries (endpoint_id, event_id);
-- For lists of deliveries that did not simply arrive: of a tenant, of an endpoint, of all tenants. A delivery that
-- arrived at its first attempt is in none of these indexes.
create index deliveries_unsettled on deliveries (tenant_id, status, event_id, endpoint_id)
  where status in ('pending', 'retrying', 'failed', 'discarded');
create index deliveries_unsettled_endpoint on deliveries (endpoint_id, status, event_id)
  where status in ('pending', 'retrying', 'failed', 'discarded');
create index deliveries_unsettled_all on deliveries (status, event_id, endpoint_id)
  where status in ('pending', 'retrying', 'failed', 'discarded');
create index deliveries_dead_error on deliveries (tenant_id, error_code, event_id, endpoint_id) where status = 'failed';
-- For counting the dead letters of a time, of all tenants.
create index deliveries_dead_at on deliveries (completed_at) include (tenant_id, event_type) where status = 'failed';
create index deliveries_replay on deliveries (replay_id, status, retried_at) where replay_id is not null;

-- Ordering keys that are held back by a delivery that gave up, until a person decides about that delivery.
create table parked_keys (
  endpoint_id text collate "C" not null,
  ordering_key text collate "C" not null,
  tenant_id text collate "C" not null,
  event_id text collate "C" not null,
  parked_at timestamptz not null default now(),
  primary key (endpoint_id, ordering_key)
);
-- For the list, in its order.
create index parked_keys_event on parked_keys (endpoint_id, event_id);

create table attempts (
  event_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  attempt integer not null,
  tenant_id text collate "C" not null,
  trigger text not null,
  replay_id text collate "C",
  started_at timestamptz not null,
  duration_ms real not null,
  first_byte_ms real,
  -- times of connecting; null: no new connection was needed, or connecting did not get that far
  dns_ms real,
  connect_ms real,
  tls_ms real,
  http_version text,
  connection_reused boolean,
  outcome text not null check (outcome in ('success', 'retry', 'failed', 'dropped')),
  response_code integer,
  response_headers jsonb,
  response_body bytea,
  response_end text check (response_end in ('complete', 'cut', 'broken', 'timeout')),
  -- masked, only of attempts that failed: for other attempts they follow from the endpoint's settings
  request_headers jsonb,
  error_code text,
  error_message text,
  next_attempt_at timestamptz,
  -- the time of the event, so that an event and its attempts are dropped together
  created_at timestamptz not null,
  primary key (event_id, endpoint_id, attempt, created_at)
) partition by range (created_at);

-- What "hookline listen" reported about events that it had forwarded to a developer's machine. These are no deliveries:
-- neither the ledger nor the statistics count them.
create table local_results (
  event_id text collate "C" not null,
  -- counts the reports about the event; the oldest ones are deleted
  number integer not null,
  tenant_id text collate "C" not null,
  -- the name of the machine, in the words of the person who listens
  reporter text not null,
  duration_ms integer not null,
  -- null: there was no answer
  response_code integer,
  -- why there was no answer; null: there was one
  error text check (error in ('refused', 'broken', 'timeout', 'impossible')),
  -- the beginning of the answer's body, or the text of the error
  detail text,
  reported_at timestamptz not null default now(),
  -- the time of the event, so that an event and its results are dropped together
  created_at timestamptz not null,
  primary key (event_id, number, created_at),
  check ((response_code is null) <> (error is null))
) partition by range (created_at);

-- The sequence of the stream up to which the ledger has been checked, and the result.
create table ledger_checks (
  stream_epoch text primary key,
  checked_seq bigint not null,
  unaccounted bigint not null default 0,
  checked_at timestamptz not null default now()
);

-- ---------------------------------------------------------------------------------------------- replays
-- Replays: jobs that send deliveries again. A worker locks the row of a replay for a transaction that makes the next
-- deliveries due and advances the position: both happen, or neither. A crash releases the lock.
create table replays (
  id text collate "C" primary key,
  -- null: deliveries of all tenants, for an operator
  tenant_id text collate "C",
  status text not null check (status in ('running', 'paused', 'completed', 'cancelled')),
  requested_by text not null check (requested_by in ('operator', 'tenant')),
  -- the settings of the same names in the API
  selection jsonb not null,
  target_endpoint_id text collate "C",
  -- events between this time and the start of the selection are included if they were fanned out while the endpoint was
  -- off
  late_since timestamptz,
  filter jsonb,
  transformation jsonb,
  per_second integer check (per_second between 1 and 10000),
  -- later events are not included
  until timestamptz not null,
  -- the position up to which it is done
  cursor_event_id text collate "C",
  cursor_endpoint_id text collate "C",
  total bigint not null,
  total_exact boolean not null,
  sent bigint not null default 0,
  skipped bigint not null default 0,
  -- when the next part may start
  due_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((status = 'running') = (due_at is not null))
);
create index replays_tenant on replays (tenant_id, id);
create index replays_due on replays (due_at) where due_at is not null;

-- ------------------------------------------------------------------------------------------- bulk jobs
-- Bulk jobs: each does one action to all objects that a filter selects. They are worked at as replays are.
create table bulk_jobs (
  id text collate "C" primary key,
  -- null: objects of all tenants, for an operator
  tenant_id text collate "C",
  kind text not null,
  action text not null,
  -- the settings of the same names in the API
  filter jsonb not null,
  reason text,
  status text not null check (status in ('running', 'paused', 'completed', 'cancelled')),
  requested_by text not null check (requested_by in ('operator', 'tenant')),
  -- the role and the key of the caller, for what records who did it
  actor text not null,
  -- later objects are not included
  until timestamptz not null,
  -- the key of the last object that is done: a list of texts
  cursor jsonb,
  total bigint not null,
  total_exact boolean not null,
  -- the limit of the API
  max_changes integer check (max_changes > 0),
  changed bigint not null default 0,
  -- how many objects were skipped, by the reason
  skips jsonb not null default '{}',
  -- when the next part may start
  due_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((status = 'running') = (due_at is not null))
);
create index bulk_jobs_tenant on bulk_jobs (tenant_id, id);
create index bulk_jobs_due on bulk_jobs (due_at) where due_at is not null;

-- ------------------------------------------------------------------------------------------- statistics Changes of the
-- statistics, by the time of the event. Each statement that changes the state of deliveries also inserts its changes
-- here, so each change is counted exactly once, and never waits for a row of another statement. One replica at a time
-- adds the changes to statistics and deletes them here. A reader adds up both tables.
create table statistics_changes (
  id bigint generated always as identity primary key,
  tenant_id text collate "C" not null,
  -- '': of the event itself
  endpoint_id text collate "C" not null,
  event_type text collate "C" not null,
  -- the time of the event, in steps of 5 minutes
  bucket timestamptz not null,
  received integer not null default 0,
  matched integer not null default 0,
  -- by how much the number in each state changed
  delivered integer not null default 0,
  dead integer not null default 0,
  discarded integer not null default 0,
  attempts integer not null default 0,
  failures integer not null default 0,
  duration_ms double precision not null default 0,
  -- hookline_duration_bucket of each attempt
  durations smallint[] not null default '{}',
  -- an event with a delivery that gave up, or no longer counts as given up. Whether the event is dead is looked up
  -- later: the writer cannot know, because concurrent statements may change the event's other deliveries
  event_id text collate "C"
);

-- Coarse steps make answers fast: a window is read in the coarsest steps that fit into it, and in finer steps at its
-- edges.
create table statistics (
  tenant_id text collate "C" not null,
  -- '': all endpoints together, and events
  endpoint_id text collate "C" not null,
  -- 300: kept for days; 3600 and, for all endpoints together, 86400: kept as long as statistics are
  step_seconds integer not null check (step_seconds in (300, 3600, 86400)),
  bucket timestamptz not null,
  event_type text collate "C" not null,
  received bigint not null,
  matched bigint not null,
  delivered bigint not null,
  dead bigint not null,
  -- events with at least one delivery that gave up, each counted once
  dead_events bigint not null,
  discarded bigint not null,
  attempts bigint not null,
  failures bigint not null,
  duration_ms double precision not null,
  -- a histogram of durations of attempts: the buckets that occur, and their counts
  duration_buckets smallint[] not null,
  duration_counts bigint[] not null,
  -- in this order a window of a tenant or an endpoint is one range for each step
  primary key (tenant_id, endpoint_id, step_seconds, bucket, event_type)
);
create index statistics_all on statistics (step_seconds, bucket) where endpoint_id = '';
create index statistics_bucket on statistics (step_seconds, bucket);

-- Buckets grow by a tenth, from 0.1 ms on: number n ends at 0.1 * 1.1^n ms.
create function hookline_duration_bucket(duration_ms real) returns smallint
  language sql immutable parallel safe
  return least(200, ceil(ln(greatest(duration_ms::double precision, 0.1) / 0.1) / ln(1.1::double precision)))::smallint;

create function hookline_statistics_bucket(at timestamptz) returns timestamptz
  language sql immutable parallel safe
  return date_bin('5 minutes', at, '1970-01-01 00:00:00+00'::timestamptz);

-- A trigger, because deliveries give up in many statements, and few rows of each.
create function hookline_note_dead() returns trigger
  language plpgsql
as $$
begin
  insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, event_id)
  values (new.tenant_id, '', new.event_type, hookline_statistics_bucket(new.created_at), new.event_id);
  return null;
end $$;
create trigger deliveries_dead after update on deliveries
  for each row when ((old.status = 'failed') <> (new.status = 'failed')) execute function hookline_note_dead();
create trigger deliveries_born_dead after insert on deliveries
  for each row when (new.status = 'failed') execute function hookline_note_dead();

-- The functions below read partitioned tables for statements that rarely need to. As functions with cached plans they
-- cost nothing until they are called. In the statement itself all partitions would be planned each time, which takes
-- longer than the rest of the statement.

-- Returns 1 if the event is dead and not counted as dead, -1 in the opposite case. Reads with the snapshot of the
-- caller.
create function hookline_dead_turn(wanted text, since timestamptz) returns integer
  language plpgsql stable
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
as $$
declare
  counted boolean;
begin
  select e.counted_dead into counted from events e
  where e.id = wanted and e.created_at >= since and e.created_at < since + interval '5 minutes';
  if not found then
    return 0;
  end if;
  perform from deliveries d
  where d.event_id = wanted and d.created_at >= since and d.created_at < since + interval '5 minutes'
    and d.status = 'failed'
  limit 1;
  return found::integer - counted::integer;
end $$;

-- Returns the same, and counts the event accordingly. The caller must hold the lock for adding up statistics.
create function hookline_count_dead(wanted text, since timestamptz) returns integer
  language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
as $$
declare
  turn integer := hookline_dead_turn(wanted, since);
begin
  if turn <> 0 then
    update events e
    set counted_dead = turn = 1
    where e.id = wanted and e.created_at >= since and e.created_at < since + interval '5 minutes';
  end if;
  return turn;
end $$;

-- Counts events with open deliveries and none that gave up, each in the worst state of its deliveries. Its cost grows
-- with the open deliveries, whose index is by endpoint, not by tenant. The next claim ends deliveries to deleted
-- endpoints.
create function hookline_open_events(tenant text, since timestamptz)
  returns table (event_type text, retrying integer, sending integer, pending integer)
  language plpgsql stable rows 10
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
as $$
declare
  endpoint_ids text[] := array(
    select e.id from endpoints e where (tenant is null or e.tenant_id = tenant) and e.deleted_at is null);
begin
  return query
  select o.event_type, count(*) filter (where o.state = 3)::integer, count(*) filter (where o.state = 2)::integer,
         count(*) filter (where o.state = 1)::integer
  from (
    select d.event_id, d.created_at, d.event_type,
           max(case d.status when 'retrying' then 3 when 'sending' then 2 else 1 end) as state
    from deliveries d
    where d.due_at is not null and d.status in ('retrying', 'sending', 'pending') and d.created_at >= since
      and d.endpoint_id = any(endpoint_ids)
    group by 1, 2, 3
  ) o
  where (select true from deliveries x
         where x.event_id = any(array[o.event_id]) and x.created_at = o.created_at and x.status = 'failed'
         limit 1) is null
  group by 1;
end $$;
