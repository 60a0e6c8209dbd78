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

-- The time for leases, due times and expiries, which all replicas share. Tests shift it by the setting, for a session or
-- for a whole database. It is declared stable, so that an index can find what is due by it.
create function hookline_now() returns timestamptz
  language sql stable parallel safe
  return clock_timestamp() + coalesce(nullif(current_setting('hookline.clock_offset', true), '')::interval, interval '0');

-- ---------------------------------------------------------------------------------------------- connections
create table oauth_apps (
  id text collate "C" primary key,
  -- null: the installation's, which every tenant may use
  tenant_id text collate "C",
  provider text not null,
  name text,
  client_id text not null,
  -- sealed
  client_secret text not null,
  settings jsonb not null default '{}',
  source text not null check (source in ('environment', 'api')),
  -- of an application of the environment: whether its secret or settings have changed since the last start
  fingerprint text,
  -- why the provider refuses the id and the secret themselves, and since when; null: it does not
  fault text,
  fault_at timestamptz,
  -- what the doctor found last
  checked_at timestamptz,
  checks jsonb,
  created_at timestamptz not null default hookline_now(),
  updated_at timestamptz not null default hookline_now(),
  deleted_at timestamptz
);
create unique index oauth_apps_client on oauth_apps (provider, coalesce(tenant_id, ''), client_id)
  where deleted_at is null;
create index oauth_apps_tenant on oauth_apps (tenant_id, id) where deleted_at is null;

-- A flow begins when a browser is sent to the provider, and ends with the callback or after ten minutes.
create table oauth_flows (
  -- SHA-256 of the state; the state itself is not stored
  state_hash bytea primary key,
  tenant_id text collate "C" not null,
  provider text not null,
  app_id text collate "C" not null,
  -- the PKCE verifier, sealed; null: the provider does not support PKCE
  verifier text,
  -- SHA-256 of the cookie of the browser that began
  browser_hash bytea not null,
  redirect_uri text not null,
  return_url text,
  -- the connection that is connected again; null: a new one
  connection_id text collate "C",
  scopes text[] not null,
  user_scopes text[] not null,
  settings jsonb not null default '{}',
  -- the origins of the application at which the consent is asked for: no code of one goes to another
  origins jsonb not null default '{}',
  -- the API key or the session that began it, or that made the link by which it began: the flow ends with it
  key_id text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  failed_reason text,
  created_at timestamptz not null default hookline_now()
);
create index oauth_flows_expires on oauth_flows (expires_at);
create index oauth_flows_app on oauth_flows (app_id, created_at);

-- A link lets a browser without a key begin one flow.
create table connection_links (
  -- SHA-256 of the link's token
  token_hash bytea primary key,
  tenant_id text collate "C" not null,
  provider text not null,
  app_id text collate "C" not null,
  connection_id text collate "C",
  scopes text[],
  settings jsonb not null default '{}',
  return_url text,
  -- the API key or the session that made it: the link ends with it
  key_id text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default hookline_now()
);
create index connection_links_expires on connection_links (expires_at);

create table connections (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  provider text not null,
  app_id text collate "C" not null,
  -- the provider's id and name of the account
  account_id text not null,
  account_name text,
  scopes_requested text[] not null,
  -- null: the provider has no scopes for this kind of application, or did not tell
  scopes_granted text[],
  status text not null check (status in ('connected', 'refreshing', 'degraded', 'needs_reauth', 'revoked', 'paused')),
  reason text,
  -- while it is paused: all reasons, of which the first is the reason that is shown
  pauses text[] not null default '{}',
  since timestamptz not null default hookline_now(),
  settings jsonb not null default '{}',
  -- values that the provider told of the account, which no caller changes
  identity jsonb not null default '{}',
  -- who gave the grant, by the id that all services of the provider share; null: the provider did not tell
  person_id text,
  consent_at timestamptz not null,
  consent_ends_at timestamptz,
  -- the number of days before the end of the consent that was announced last
  announced_days integer,
  -- when the provider last accepted a token
  verified_at timestamptz,
  -- pushes that became no event, because the connection was paused by a call or had no grant, since that began
  withheld_pushes bigint not null default 0,
  created_at timestamptz not null default hookline_now(),
  updated_at timestamptz not null default hookline_now(),
  deleted_at timestamptz
);
create unique index connections_account on connections (tenant_id, app_id, account_id) where deleted_at is null;
create index connections_tenant on connections (tenant_id, id) where deleted_at is null;
-- For the connections of one grant, of whichever tenant.
create index connections_grant on connections (app_id, account_id) where deleted_at is null;
create index connections_consent on connections (consent_ends_at)
  where deleted_at is null and consent_ends_at is not null;

create table connection_tokens (
  connection_id text collate "C" not null,
  kind text not null check (kind in ('access', 'bot', 'user')),
  tenant_id text collate "C" not null,
  -- counts the tokens that were stored; a refresh counts one up, and a new grant too
  generation integer not null default 1,
  access_sealed text not null,
  refresh_sealed text,
  -- Whether the provider has shown, with the secret of the application, that the token is of its client: other
  -- applications may have entered the same client id.
  client_proven boolean not null default false,
  token_type text not null default 'Bearer',
  scopes text[],
  -- null: the token does not expire, or its life is unknown
  expires_at timestamptz,
  -- the life of the access token in seconds, as the provider told
  life_seconds integer,
  refresh_expires_at timestamptz,
  -- null: it is not refreshed
  refresh_due_at timestamptz,
  -- the provider asked for no refresh before: not even a call that wants one at once is an exception
  refresh_not_before timestamptz,
  lease_id text,
  lease_until timestamptz,
  -- the generation whose refresh token was last sent to the provider
  attempted_generation integer,
  -- the first failure since the last success
  first_failed_at timestamptz,
  failures integer not null default 0,
  -- why it could not be refreshed since the last success, as a code that the connection shows; null: no fault of its own
  failure_reason text,
  -- when the provider first refused the refresh token of this generation
  invalid_grant_at timestamptz,
  -- the first answer since the last success whose meaning is unknown
  unknown_since timestamptz,
  -- the last generation that the provider's API refused although it had not expired, and when
  refused_generation integer,
  refused_at timestamptz,
  last_error text,
  updated_at timestamptz not null default hookline_now(),
  primary key (connection_id, kind)
);
create index connection_tokens_due on connection_tokens (refresh_due_at) where refresh_due_at is not null;

-- Tokens that no connection has any more, and that are to be revoked at their provider. A row is deleted when that has
-- succeeded, cannot succeed, or has been tried for a day. The due time is also the lease.
create table grant_revocations (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  -- whose journal tells how it ended; null: nobody's, because the consent was for a new connection
  connection_id text collate "C",
  reason text not null check (reason in ('disconnected', 'not_connected')),
  provider text not null,
  app_id text collate "C" not null,
  -- the origins of the application at which the tokens were given: they go to no others
  origins jsonb not null,
  -- whose grant it is; null: the provider did not tell
  account_id text,
  person_id text,
  kind text not null check (kind in ('access', 'bot', 'user')),
  access_sealed text not null,
  refresh_sealed text,
  -- the id to which the sealed tokens are bound: of the connection that had them, or of this row
  sealed_for text collate "C" not null,
  failures integer not null default 0,
  due_at timestamptz not null,
  lease_id text,
  -- when it is given up
  ends_at timestamptz not null,
  last_error text,
  -- of an import that has not ended: SHA-256 of what was imported, by which a repeat finds these tokens; they are revoked
  -- when the due time comes before that. The import's answer is what the token endpoint told of the tokens
  import_hash bytea,
  import_answer jsonb,
  created_at timestamptz not null default hookline_now()
);
create index grant_revocations_due on grant_revocations (due_at);
create index grant_revocations_import on grant_revocations (import_hash) where import_hash is not null;

-- Imports of refresh tokens. A row says which request may exchange the refresh token, that an exchange was interrupted, or
-- which connection came of it.
create table connection_imports (
  -- SHA-256 of what is imported
  import_hash bytea primary key,
  tenant_id text collate "C" not null,
  lease_id text,
  lease_until timestamptz,
  -- an exchange began whose outcome is unknown: its tokens may be lost
  is_attempted boolean not null default false,
  connection_id text collate "C",
  -- the exchange used the refresh token up, so it cannot be imported again
  is_used_up boolean not null default false,
  created_at timestamptz not null default hookline_now(),
  updated_at timestamptz not null default hookline_now()
);
create index connection_imports_updated on connection_imports (updated_at);

-- Changes that tenants are told of as events. A row is deleted once its event is published.
create table connection_announcements (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  type text not null,
  -- of the event: /connection/con_… or /oauth-app/oap_…
  source text not null,
  payload jsonb not null,
  created_at timestamptz not null default hookline_now()
);

-- What happened to a connection, in words and without secrets.
create table connection_journal (
  id text collate "C" primary key,
  connection_id text collate "C" not null,
  tenant_id text collate "C" not null,
  at timestamptz not null default hookline_now(),
  kind text not null
    check (kind in ('consent', 'refresh', 'poll', 'watch', 'hook', 'push', 'quota', 'gap', 'error', 'status', 'token')),
  outcome text not null,
  text text not null,
  detail jsonb not null default '{}'
);
create index connection_journal_connection on connection_journal (connection_id, id);

-- Work of a connection that is repeated. The due time is the lease: a claim moves it into the future, so that the work of
-- a replica that dies is due again by itself.
create table connection_tasks (
  id text collate "C" primary key,
  connection_id text collate "C" not null,
  tenant_id text collate "C" not null,
  app_id text collate "C" not null,
  kind text not null check (kind in ('poll', 'resources', 'watch', 'check', 'reconcile', 'routes', 'verify')),
  -- the name within the provider's definition, such as the id of a poll
  name text not null,
  -- the provider's id of the resource, and its name for people; '': the whole account
  resource text collate "C" not null default '',
  resource_name text,
  interval_seconds integer not null check (interval_seconds > 0),
  -- The wanted interval is multiplied by this number while a quota is short.
  stretch double precision not null default 1 check (stretch >= 1),
  -- the position of the due times between two points of the grid, from 0 to below 1
  phase double precision not null check (phase >= 0 and phase < 1),
  -- the time without a run after which something may be lost; null: nothing is
  loses_after_seconds integer,
  -- the quota groups that a run takes from, and the units of one run
  quota_keys text[] not null default '{}',
  quota_cost integer not null default 1,
  due_at timestamptz not null,
  -- A person or a push asked for the next run.
  on_demand boolean not null default false,
  lease_id text,
  -- why it does not run; null: it runs
  paused_reason text,
  cursor jsonb not null default '{}',
  version bigint not null default 0,
  last_started_at timestamptz,
  last_finished_at timestamptz,
  last_succeeded_at timestamptz,
  last_outcome text,
  last_error text,
  failures integer not null default 0,
  -- The runs that succeeded since counted_at: the start of a day in UTC, or later if it began, resumed or changed then.
  done integer not null default 0,
  counted_at timestamptz not null default hookline_now(),
  created_at timestamptz not null default hookline_now()
);
create unique index connection_tasks_work on connection_tasks (connection_id, kind, name, resource);
create index connection_tasks_app_due on connection_tasks (app_id, due_at) where paused_reason is null;
-- For an application whose due tasks are so many that those of the other tenants are not among the first.
create index connection_tasks_tenant_due on connection_tasks (app_id, tenant_id, due_at) where paused_reason is null;
create index connection_tasks_due on connection_tasks (due_at) where paused_reason is null;

-- Requests that a provider counts together. A call reserves its cost, and its answer settles it.
create table quota_groups (
  key text primary key,
  -- units per window; null: unknown
  capacity integer,
  -- A window is so long, or a day in a time zone.
  window_seconds integer,
  zone text,
  window_ends_at timestamptz not null,
  used integer not null default 0,
  -- in the window before
  used_before integer not null default 0,
  reserved integer not null default 0,
  -- After a 429 only this share of the capacity is used. It grows again by 5 percentage points a minute.
  narrowing double precision not null default 1,
  narrowed_at timestamptz,
  -- The provider wants no request before.
  closed_until timestamptz,
  -- when the provider last told its own count
  learned_at timestamptz,
  -- The governor multiplies intervals by it.
  stretch double precision not null default 1,
  check ((window_seconds is null) <> (zone is null))
);

-- ------------------------------------------------------------------------------------------------ schedules
-- Cron patterns of tenants that publish an event at each of their times.
create table schedules (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  name text,
  cron text not null,
  time_zone text not null,
  -- the type of its events
  type text not null,
  -- JSON text, as it was sent: jsonb would write out every digit of 1e100000
  data text not null,
  catch_up text not null check (catch_up in ('one', 'none', 'all')),
  active boolean not null,
  -- the oldest time for which no event was published; null: the pattern never comes due again
  next_due_at timestamptz,
  last_due_at timestamptz,
  lease_id text,
  lease_until timestamptz,
  created_at timestamptz not null default hookline_now(),
  updated_at timestamptz not null default hookline_now()
);
create index schedules_tenant on schedules (tenant_id, id);
create index schedules_due on schedules (next_due_at) where active;

-- -------------------------------------------------------------------------------------------------- watches
-- The webhooks that Hookline registers at providers.
create table platform_webhooks (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  -- for queries that were written for an earlier service
  user_id text generated always as (tenant_id) stored,
  platform text not null,
  -- the id of the watch in the provider's definition
  watch text not null,
  -- the provider's id of the resource, or of the account if the watch is for all of it, and its name
  resource text collate "C" not null,
  resource_name text,
  -- the application whose source receives the pushes; '': a source of the watch's own
  receiving_app_id text collate "C" not null default '',
  -- the connections that need it, and the one whose token maintains it
  connection_ids text[] not null,
  connection_id text collate "C" not null,
  app_id text collate "C" not null,
  account_id text not null,
  -- the provider's id of the watch; null: it has none, or not yet
  webhook_id text,
  webhook_url text not null,
  events text[],
  metadata jsonb not null default '{}',
  active boolean not null default true,
  source_id text collate "C",
  -- when ingest is to be told whether that source stores events; null: it knows
  intake_due_at timestamptz,
  -- what it was told last, and when it was last told that the source stores events again
  withholds boolean not null default false,
  withheld_until timestamptz,
  -- the secret of that source, sealed, and how often it was set
  secret_sealed text,
  secret_version integer not null default 0,
  -- stopping: its end is asked for, and the provider has not confirmed it. With deleted_at: it has ended here, its
  -- provider may still have it, and that is tried to change. off, with the reason not_removed: a person has to
  status text not null check (status in ('pending', 'verified', 'unverified', 'failing', 'stopping', 'off')),
  reason text,
  message text,
  failures integer not null default 0,
  registered_at timestamptz,
  verified_at timestamptz,
  expires_at timestamptz,
  last_checked_at timestamptz,
  created_at timestamptz not null default hookline_now(),
  updated_at timestamptz not null default hookline_now(),
  deleted_at timestamptz
);
create unique index platform_webhooks_resource
  on platform_webhooks (user_id, platform, watch, resource, receiving_app_id) where deleted_at is null;
create index platform_webhooks_tenant on platform_webhooks (tenant_id, id) where deleted_at is null;
create index platform_webhooks_connections on platform_webhooks using gin (connection_ids) where deleted_at is null;
create index platform_webhooks_account on platform_webhooks (app_id, account_id) where deleted_at is null;
create index platform_webhooks_source on platform_webhooks (source_id) where deleted_at is null;
create index platform_webhooks_left on platform_webhooks (connection_id)
  where deleted_at is not null and (status = 'stopping' or reason = 'not_removed');
create index platform_webhooks_intake on platform_webhooks (intake_due_at)
  where intake_due_at is not null and source_id is not null and deleted_at is null;

-- Whether a source stores events depends on the connections that need it. Their statuses mark it too.
create function hookline_note_intake() returns trigger
  language plpgsql
as $$
begin
  new.intake_due_at := hookline_now();
  return new;
end $$;
create trigger platform_webhooks_intake before update of source_id, connection_ids on platform_webhooks
  for each row when (old.source_id is distinct from new.source_id or old.connection_ids <> new.connection_ids)
  execute function hookline_note_intake();

-- When the next request that changes something at a provider may be made, for each account: all replicas keep the
-- distance that the provider asks for.
create table provider_write_slots (
  account text primary key,
  next_at timestamptz not null
);

-- Which connections a push to an application is for, by keys that the provider's definition forms.
create table connection_routes (
  app_id text collate "C" not null,
  account_key text collate "C" not null,
  connection_id text collate "C" not null,
  tenant_id text collate "C" not null,
  -- The provider has suspended what the key stands for, such as an installation: the grant is of no use for it.
  suspended boolean not null default false,
  created_at timestamptz not null default hookline_now(),
  primary key (app_id, account_key, connection_id)
);
create index connection_routes_connection on connection_routes (connection_id);

-- The source that receives the pushes to an application.
create table app_push_sources (
  app_id text collate "C" primary key,
  source_id text collate "C" not null,
  url text not null,
  -- SHA-256 of the settings from the environment that it was made with; null: it was made by a call
  environment_hash text,
  updated_at timestamptz not null default hookline_now()
);

-- Pushes to an application that are for no connection, counted by the key. The newest keys are kept.
create table unrouted_pushes (
  app_id text collate "C" not null,
  account_key text collate "C" not null,
  pushes bigint not null,
  last_type text not null,
  first_at timestamptz not null default hookline_now(),
  last_at timestamptz not null default hookline_now(),
  primary key (app_id, account_key)
);
create index unrouted_pushes_last on unrouted_pushes (app_id, last_at);

-- What was found by comparing a provider's own record with what arrived, by day in UTC.
create table reconciliation_days (
  connection_id text collate "C" not null,
  day date not null,
  -- the watch and its resource, or the poll
  stream text collate "C" not null,
  tenant_id text collate "C" not null,
  received integer not null default 0,
  missed integer not null default 0,
  recovered integer not null default 0,
  duplicate integer not null default 0,
  -- why the missed ones did not arrive: the number for each reason
  reasons jsonb not null default '{}',
  primary key (connection_id, day, stream)
);

-- Bulk jobs of connections, as bulk_jobs of delivery: each does one action to all connections that a filter selects.
create table connection_bulk_jobs (
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
create index connection_bulk_jobs_tenant on connection_bulk_jobs (tenant_id, id);
create index connection_bulk_jobs_due on connection_bulk_jobs (due_at) where due_at is not null;
