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
  -- when and why it was switched off by itself; null when it is on, or somebody switched it off
  disabled_at timestamptz,
  disabled_reason text,
  -- when it was last switched on again after that
  resumed_at timestamptz,
  headers jsonb not null default '{}',
  max_retries integer not null default 3 check (max_retries between 0 and 10),
  retry_delay_seconds integer not null default 60 check (retry_delay_seconds between 10 and 3600),
  retry_schedule integer[],
  timeout_seconds integer not null default 30 check (timeout_seconds between 1 and 30),
  method text not null default 'POST' check (method in ('POST', 'PUT', 'PATCH')),
  -- what the API calls by the same names; null: nothing of the kind
  filter jsonb,
  transformation jsonb,
  batching jsonb,
  ordering jsonb,
  rate_limit jsonb,
  -- sealed: holds credentials
  auth text,
  signing jsonb not null default '{"algorithm": "hmac", "plainHeaders": true}',
  -- request: the provider's own request is sent, where there is one, in place of the event
  format text not null default 'event' check (format in ('event', 'request')),
  -- whether that request gets our own headers beside the provider's
  hookline_headers boolean not null default true,
  -- compact: the payload is written anew, as JavaScript writes JSON
  body text not null default 'verbatim' check (body in ('verbatim', 'compact')),
  deadline_seconds integer check (deadline_seconds between 60 and 2592000),
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
  -- when it was last switched off, by whomever; stays when it is switched on again: what it missed begins there
  inactive_since timestamptz,
  -- what was received between here and inactive_since may have been fanned out after it, while it was off: a day back, and
  -- not into the time before it was last switched on
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
create index endpoints_version on endpoints (version);

-- One row. Each change of an endpoint takes the next version in its own transaction, so that a reader who sees
-- version n sees every change up to n: delivery's in-memory catalog is brought up to date with one look per batch.
create table endpoint_catalog (
  one boolean primary key default true check (one),
  version bigint not null,
  -- an operator has stopped all sending: no new attempts are started while it is true
  paused boolean not null default false
);
insert into endpoint_catalog (version) values (0);

-- Endpoints that have given nothing but failures for a while: written once a minute at most, and removed by a success.
create table endpoint_failures (
  endpoint_id text collate "C" primary key,
  failures integer not null,
  first_failed_at timestamptz not null,
  last_failed_at timestamptz not null
);

-- What a tenant is to be told in an event of its own. A row is written with the change that it tells of, and removed
-- when the event is on the stream.
create table announcements (
  -- what happened to which endpoint in which of its versions: what the event is recognised by
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  type text not null,
  -- the event's payload
  data jsonb not null,
  created_at timestamptz not null default now()
);

-- Who is there: limits are divided by their number, and leases of those that are gone are ended.
create table delivery_replicas (
  id text collate "C" primary key,
  seen_at timestamptz not null,
  -- since when it has been seen all the time
  since timestamptz not null,
  -- the version of the catalog (endpoint_catalog) that it works by
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
  -- of a message about the provider's subscription: what became of it (revoked, disabled, verified, test), and why
  control text,
  control_reason text,
  -- when JetStream had stored it, by its clock
  stored_at timestamptz not null,
  -- the JSON text exactly as received
  payload bytea not null,
  size_bytes integer not null,
  -- the HTTP request that brought it, encoded (see packages/bus); null: none is kept, or it is in shared_requests
  request bytea,
  -- of a request that brought several events: the id of the first, the same in all of them
  request_id text collate "C",
  -- sequence in the EVENTS stream, and which incarnation of the stream
  stream_seq bigint not null,
  stream_epoch text not null,
  -- how many deliveries fan-out made
  matched integer not null,
  -- why endpoints of the tenant did not match: [[endpoint id, reason, details of a filter]], at most 20, and how many more
  -- did not
  unmatched jsonb,
  unmatched_omitted integer not null default 0,
  -- whether the statistics count it among those of which a delivery gave up
  counted_dead boolean not null default false,
  -- somebody deleted it: the payload is gone and nobody is shown it, but the books still count it
  deleted_at timestamptz,
  -- the time in the id, which names the partition
  created_at timestamptz not null,
  primary key (id, created_at)
) partition by range (created_at);
-- Payloads are JSON: lz4 keeps the table small for little work. A server built without it stores them as they are,
-- because its only other method costs more time than the rest of the insert.
do $$
begin
  alter table events alter column payload set compression lz4;
  alter table events alter column request set compression lz4;
exception when feature_not_supported then
  alter table events alter column payload set storage external;
  alter table events alter column request set storage external;
end $$;
create index events_tenant on events (tenant_id, id);
-- For the ledger's check of the newest sequences. Not BRIN: recent pages have no summary yet, so that it would read
-- the whole day (10,000 pages for 500 events). Appends to a btree cost next to nothing.
create index events_stream_seq on events (stream_seq);

-- Requests that brought several events and are too large to be kept with each of them. Compressed already.
create table shared_requests (
  -- events.request_id
  id text collate "C" not null,
  tenant_id text collate "C" not null,
  content bytea not null,
  -- that of its events
  created_at timestamptz not null,
  primary key (id, created_at)
) partition by range (created_at);
alter table shared_requests alter column content set storage external;

-- Which of the events that one request brought stands for the request at an endpoint that gets requests as they came:
-- the first that came to fan-out. The others get no delivery there.
create table request_sends (
  request_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  event_id text collate "C" not null,
  tenant_id text collate "C" not null,
  -- that of its events
  created_at timestamptz not null,
  primary key (request_id, endpoint_id, created_at)
) partition by range (created_at);

-- What a repeat is recognised by, across all partitions of events. Not partitioned, because a unique key of a
-- partitioned table cannot span its partitions; retention deletes from it by block range (brin).
-- A key may have a window (ce-dedupewindow): then an event that was received after it takes the key over.
create table event_keys (
  tenant_id text collate "C" not null,
  dedupe_key text collate "C" not null,
  event_id text collate "C" not null,
  created_at timestamptz not null,
  primary key (tenant_id, dedupe_key)
);
create index event_keys_created on event_keys using brin (created_at);

-- Stream entries that did not become an event: repeats beyond JetStream's window, messages nobody can read, and those
-- by which ingest finds out whether the stream stores anything.
-- With events it accounts for every sequence of the stream.
create table skipped_messages (
  stream_epoch text not null,
  stream_seq bigint not null,
  reason text not null check (reason in ('duplicate', 'malformed', 'probe')),
  tenant_id text collate "C",
  -- duplicate: the event it repeats
  event_id text collate "C",
  -- the id that its sender was given
  repeat_id text collate "C",
  -- of both payloads, in hex, where a duplicate says something else than the event it repeats
  first_sha256 text,
  repeat_sha256 text,
  details text,
  -- malformed: the message itself, so that somebody can see what was lost and send it again
  subject text,
  headers jsonb,
  payload bytea,
  created_at timestamptz not null,
  primary key (stream_epoch, stream_seq, created_at)
) partition by range (created_at);
create index skipped_messages_event on skipped_messages (event_id) where event_id is not null;
create index skipped_messages_malformed on skipped_messages (created_at, stream_seq) where reason = 'malformed';
create index skipped_messages_repeat on skipped_messages (repeat_id) where repeat_id is not null;

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
  -- the replay that last had it sent
  replay_id text collate "C",
  due_at timestamptz,
  -- who is sending it: fences off a replica that comes back after its lease has run out
  lease_id text collate "C",
  -- how often it has been leased since it last had an outcome: a process that took it may have died of it
  claims smallint not null default 0,
  -- of an endpoint that wants events with the same key one after the other, in the order of their positions. Those
  -- that wait for others have no time at which they are due: due_at is infinity until their turn comes
  ordering_key text collate "C",
  ordering_position text collate "C",
  -- when it was last sent again by hand, or replayed: its deadline counts from there
  retried_at timestamptz,
  last_attempt_at timestamptz,
  response_code integer,
  error_code text,
  error_message text,
  created_at timestamptz not null,
  -- when it arrived or gave up; null of one that was let go while it was open
  completed_at timestamptz,
  -- who let a delivery go, when and why: {"by", "at", "reason"}
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
-- Keys in which something waits for its turn.
create index deliveries_turn on deliveries (endpoint_id, ordering_key) where due_at = 'infinity';
create index deliveries_endpoint on deliveries (endpoint_id, event_id);
-- What somebody may look for among millions that arrived: of a tenant, of an endpoint, of all. What arrives at the
-- first attempt is in none of them.
create index deliveries_unsettled on deliveries (tenant_id, status, event_id, endpoint_id)
  where status in ('pending', 'retrying', 'failed', 'discarded');
create index deliveries_unsettled_endpoint on deliveries (endpoint_id, status, event_id)
  where status in ('pending', 'retrying', 'failed', 'discarded');
create index deliveries_unsettled_all on deliveries (status, event_id, endpoint_id)
  where status in ('pending', 'retrying', 'failed', 'discarded');
create index deliveries_dead_error on deliveries (tenant_id, error_code, event_id, endpoint_id) where status = 'failed';
create index deliveries_replay on deliveries (replay_id, status, retried_at) where replay_id is not null;

-- Ordering keys that one of their deliveries, which gave up, holds back until somebody decides what becomes of it.
create table parked_keys (
  endpoint_id text collate "C" not null,
  ordering_key text collate "C" not null,
  tenant_id text collate "C" not null,
  event_id text collate "C" not null,
  parked_at timestamptz not null default now(),
  primary key (endpoint_id, ordering_key)
);
-- the order of the list
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
  -- how its connection was made; null: it did not need that, or did not get so far
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
  -- as they may be shown; of attempts that failed: in the others they are what the endpoint says
  request_headers jsonb,
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

-- ---------------------------------------------------------------------------------------------- replays
-- Sending again, as a job. Whoever works at one holds its row's lock for the length of a transaction in which the
-- next deliveries are made due and the place is moved on: both happened, or neither. A lease that a crash gives back.
create table replays (
  id text collate "C" primary key,
  -- null: deliveries of all tenants, for an operator
  tenant_id text collate "C",
  status text not null check (status in ('running', 'paused', 'completed', 'cancelled')),
  requested_by text not null check (requested_by in ('operator', 'tenant')),
  -- what the API calls by the same names
  selection jsonb not null,
  target_endpoint_id text collate "C",
  -- from here to the start of the selection, events that were fanned out while the endpoint was off are part of it too
  late_since timestamptz,
  filter jsonb,
  transformation jsonb,
  per_second integer check (per_second between 1 and 10000),
  -- what came later is not part of it
  until timestamptz not null,
  -- everything up to here is done
  cursor_event_id text collate "C",
  cursor_endpoint_id text collate "C",
  total bigint not null,
  total_exact boolean not null,
  sent bigint not null default 0,
  skipped bigint not null default 0,
  -- when the next part may be worked at
  due_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((status = 'running') = (due_at is not null))
);
create index replays_tenant on replays (tenant_id, id);
create index replays_due on replays (due_at) where due_at is not null;

-- ------------------------------------------------------------------------------------------- statistics
-- What became of events and deliveries, counted by the time of the event. Each statement that changes the state of
-- deliveries appends what it changed, in itself and so exactly once, and never waits for another's row. One replica
-- after the other adds it up in statistics and removes it from here. Whoever reads adds both.
create table statistics_changes (
  id bigint generated always as identity primary key,
  tenant_id text collate "C" not null,
  -- '': of the event, whoever gets it
  endpoint_id text collate "C" not null,
  event_type text collate "C" not null,
  -- the event's time, in steps of 5 minutes
  bucket timestamptz not null,
  received integer not null default 0,
  matched integer not null default 0,
  -- how many more, or fewer, are in that state
  delivered integer not null default 0,
  dead integer not null default 0,
  discarded integer not null default 0,
  attempts integer not null default 0,
  failures integer not null default 0,
  duration_ms double precision not null default 0,
  -- hookline_duration_bucket of each attempt
  durations smallint[] not null default '{}',
  -- an event of which a delivery gave up, or is no longer one that did: whether it counts among the dead is to be looked
  -- up. Nobody who writes this can know, because others may be changing its other deliveries at the same time
  event_id text collate "C"
);

-- Coarser steps are for quick answers: a window is read in the coarsest that fit into it, and in finer ones at its edge.
create table statistics (
  tenant_id text collate "C" not null,
  -- '': of all endpoints together, and of events
  endpoint_id text collate "C" not null,
  -- 300: for days; 3600 and, of all endpoints together, 86400: for as long as statistics are kept
  step_seconds integer not null check (step_seconds in (300, 3600, 86400)),
  bucket timestamptz not null,
  event_type text collate "C" not null,
  received bigint not null,
  matched bigint not null,
  delivered bigint not null,
  dead bigint not null,
  -- events of which at least one delivery gave up: one that several endpoints failed to take is one
  dead_events bigint not null,
  discarded bigint not null,
  attempts bigint not null,
  failures bigint not null,
  duration_ms double precision not null,
  -- how many attempts took how long: buckets that occur, and how often each
  duration_buckets smallint[] not null,
  duration_counts bigint[] not null,
  -- in this order a window of a tenant, or of an endpoint, is one range for each step
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

-- By a trigger, because deliveries give up in many statements, and few of their rows do.
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

-- The functions below look into partitioned tables for statements that rarely find anything to look for there. As
-- functions with a plan that is kept they cost nothing until then; in the statement itself all partitions would be
-- planned for each time, which takes longer than all the rest.

-- 1: the event is dead and not counted so; -1: the other way round. It and its deliveries are those of the caller's snapshot.
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

-- Says the same, and that it is counted so from now on. For one at a time, who has the lock of those who add up.
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

-- Events with open deliveries and none that gave up, each in the state of the delivery that is worst off. Costs what
-- is open. The index of that knows endpoints, not tenants; what waits for a deleted one ends with the next claim.
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
