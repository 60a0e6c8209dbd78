-- Jobs that must run once although several replicas run: claimed with FOR UPDATE SKIP LOCKED and a lease.
create table jobs (
  name text primary key,
  run_at timestamptz not null,
  lease_id text,
  lease_until timestamptz,
  last_started_at timestamptz,
  last_finished_at timestamptz,
  last_error text,
  last_result jsonb,
  runs bigint not null default 0
);
