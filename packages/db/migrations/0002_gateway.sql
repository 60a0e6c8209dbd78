create table api_keys (
  id text collate "C" primary key,
  -- null: the key of an operator
  tenant_id text collate "C",
  role text not null check (role in ('tenant', 'operator')),
  name text,
  -- SHA-256 of the key; the key itself is not stored
  key_hash bytea not null unique,
  prefix text not null,
  -- as they were granted, wildcards included
  scopes text[] not null,
  -- addresses and networks from which alone the key may be used; null: everywhere
  allowed_addresses text[],
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  -- to the minute
  last_used_at timestamptz,
  -- the key that replaced this one, which is valid until expires_at
  rotated_to text collate "C",
  revoked_at timestamptz,
  check ((role = 'operator') = (tenant_id is null))
);
create index api_keys_tenant on api_keys (tenant_id, id);
create index api_keys_rotated_to on api_keys (rotated_to) where rotated_to is not null;

-- Sessions of browsers. A session ends at expires_at, or 12 hours after last_seen_at; signing out deletes it.
create table sessions (
  id text collate "C" primary key,
  -- null: an operator's
  tenant_id text collate "C",
  role text not null check (role in ('tenant', 'operator')),
  -- SHA-256 of the value of the cookie
  secret_hash bytea not null unique,
  scopes text[] not null,
  -- of the API key
  allowed_addresses text[],
  -- the API key of the sign-in; null: the operator key of the environment, or an identity provider
  key_id text collate "C",
  -- who signed in, for people
  subject text not null,
  created_at timestamptz not null default now(),
  -- to the minute
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check ((role = 'operator') = (tenant_id is null))
);
create index sessions_key on sessions (key_id) where key_id is not null;
create index sessions_last_seen on sessions (last_seen_at);
create index sessions_expires on sessions (expires_at);

-- Sessions of the customer portal. Each acts for its tenant with its capabilities until it expires; ending one deletes it.
create table portal_sessions (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  -- SHA-256 of the token in the address of the portal; the token itself is not stored
  token_hash bytea not null unique,
  capabilities text[] not null,
  return_url text not null,
  theme jsonb,
  -- the key that made it, itself or by a session of a browser, or another maker; a revoked key takes its portal sessions
  -- with it
  maker_id text collate "C" not null,
  created_at timestamptz not null default now(),
  -- when the token was exchanged, which works once
  opened_at timestamptz,
  -- to the minute
  last_used_at timestamptz,
  expires_at timestamptz not null
);
create index portal_sessions_tenant on portal_sessions (tenant_id, id);
create index portal_sessions_maker on portal_sessions (maker_id);
create index portal_sessions_expires on portal_sessions (expires_at);

-- The tokens of the portal's calls. A token is valid while its session is there and neither of the two has expired.
create table portal_tokens (
  -- SHA-256 of the token; the token itself is not stored
  token_hash bytea primary key,
  tenant_id text collate "C" not null,
  session_id text collate "C" not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index portal_tokens_session on portal_tokens (session_id, created_at);
create index portal_tokens_expires on portal_tokens (expires_at);

-- Filters of lists under names.
create table saved_views (
  id text collate "C" primary key,
  -- null: of operators
  tenant_id text collate "C",
  -- the key, the person or the JWT's sub
  owner_id text collate "C" not null,
  list text not null,
  name text not null,
  filters jsonb not null,
  columns text[] not null,
  sort text,
  shared boolean not null,
  position integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint saved_views_name unique nulls not distinct (tenant_id, owner_id, list, name)
);
create index saved_views_owner on saved_views (owner_id);
create index saved_views_shared on saved_views (tenant_id) where shared;

-- Writes with an Idempotency-Key, with the answers that they got. The gateway deletes them after a day.
create table idempotency_keys (
  -- the tenant that is acted for. null: an operator named none
  tenant_id text collate "C",
  -- the caller: the key or session of an operator, or a portal session. null: the tenant's own keys, which share theirs
  actor_id text collate "C",
  operation text not null,
  key text not null,
  -- SHA-256 of the method, the address and the body
  request_hash bytea not null,
  -- The run that answers the call, and the time until which it may still be alive
  run_id text not null,
  lease_until timestamptz not null,
  -- null: the call is not answered yet
  status integer,
  headers jsonb,
  -- Sealed, because some answers show a secret. null: it was too large
  sealed_body text,
  created_at timestamptz not null default now(),
  constraint idempotency_keys_of_caller unique nulls not distinct (operation, key, tenant_id, actor_id)
);
create index idempotency_keys_created on idempotency_keys (created_at);

-- Who changed what, and what was refused. The services may insert and read, and nothing else: old days are dropped by
-- hookline_drop_audit_partitions (0006).
create table audit_log (
  id text collate "C" not null,
  -- the time in the id
  created_at timestamptz not null,
  -- null: about no tenant's thing
  tenant_id text collate "C",
  actor_kind text not null check (actor_kind in ('key', 'session', 'portal_session', 'jwt', 'environment')),
  actor_id text not null,
  actor_role text not null check (actor_role in ('tenant', 'operator')),
  operation text not null,
  target_id text,
  outcome text not null check (outcome in ('done', 'refused', 'failed', 'replayed')),
  status integer not null,
  code text,
  -- the changed fields, without secrets
  changes jsonb,
  request_id text not null,
  address text,
  primary key (created_at, id)
) partition by range (created_at);
create index audit_log_tenant on audit_log (tenant_id, created_at, id);
create index audit_log_actor on audit_log (actor_id, created_at);
create index audit_log_target on audit_log (target_id, created_at);
create index audit_log_operation on audit_log (operation, created_at);
create index audit_log_request on audit_log (request_id);

-- Each opens one connection to the live feed. A connection that uses a ticket deletes it.
create table feed_tickets (
  -- SHA-256 of the ticket; the ticket itself is not stored
  ticket_hash bytea primary key,
  -- whom it is for, as its API key or token said
  identity jsonb not null,
  expires_at timestamptz not null
);
create index feed_tickets_expired on feed_tickets (expires_at);

-- What a tenant, or the operators, want to be told of.
create table alert_rules (
  id text collate "C" primary key,
  -- null: a rule of the operators, which covers all tenants
  tenant_id text collate "C",
  name text not null,
  active boolean not null,
  -- the type of the condition
  kind text not null,
  condition jsonb not null,
  -- an alert fires when its condition has held for so long, and recovers when it has not held for so long
  fires_after_seconds integer not null,
  recovers_after_seconds integer not null,
  -- notices about one subject in an hour, after which it counts as flapping
  notices_per_hour integer not null,
  -- without secrets
  channels jsonb not null,
  -- the secrets of the channels, by their names, as sealed JSON
  sealed_secrets text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index alert_rules_tenant on alert_rules (tenant_id, id);
create index alert_rules_kind on alert_rules (kind, id) where active;

-- For how long a condition has held for a subject: an endpoint, a source, a connection, a tenant.
create table alerts (
  id text collate "C" primary key,
  -- of the rule
  tenant_id text collate "C",
  rule_id text collate "C" not null,
  rule_name text not null,
  kind text not null,
  -- pending: its condition has not held for long enough yet. ended: its rule or its subject is gone or off
  state text not null check (state in ('pending', 'firing', 'recovered', 'ended')),
  subject_type text not null,
  subject_id text collate "C" not null,
  subject_name text,
  -- null: the installation
  subject_tenant text collate "C",
  -- what was measured last
  value jsonb not null,
  -- since when the condition has held
  since timestamptz not null,
  fired_at timestamptz,
  -- since when the condition has not held any more, while the alert is firing
  clear_since timestamptz,
  ended_at timestamptz,
  flapping boolean not null default false,
  acknowledged_at timestamptz,
  acknowledged_by text,
  check ((state in ('recovered', 'ended')) = (ended_at is not null)),
  check (state = 'pending' or fired_at is not null)
);
-- A subject has one open alert of a rule.
create unique index alerts_open on alerts (rule_id, subject_id) where state in ('pending', 'firing');
create index alerts_tenant on alerts (tenant_id, id) where state <> 'pending';
create index alerts_fired on alerts (rule_id, subject_id, fired_at) where fired_at is not null;
create index alerts_ended on alerts (ended_at) where ended_at is not null;

-- What is to be sent about alerts, one row for each channel. A row is written in the transaction that changes the alert.
create table alert_notifications (
  id text collate "C" primary key,
  tenant_id text collate "C",
  rule_id text collate "C" not null,
  alert_id text collate "C" not null,
  kind text not null check (kind in ('firing', 'recovered', 'flapping')),
  channel text collate "C" not null,
  channel_type text not null,
  -- the facts of the alert at that time
  message jsonb not null,
  status text not null default 'pending' check (status in ('pending', 'sent', 'failed', 'dropped')),
  attempts integer not null default 0,
  -- when it is tried next, or, while it is being sent, when the lease ends; null: settled
  due_at timestamptz default now(),
  lease_id text,
  response_status integer,
  error text,
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  check ((status = 'pending') = (due_at is not null))
);
-- The channels that have something to send, and of each what is due first.
create index alert_notifications_due on alert_notifications (rule_id, channel, due_at) where due_at is not null;
create index alert_notifications_alert on alert_notifications (alert_id, id);
-- An earlier notification of the same alert goes first.
create index alert_notifications_waiting on alert_notifications (alert_id, channel, id) where due_at is not null;

-- When the rules of each kind are evaluated next, and by which replica now.
create table alert_evaluations (
  kind text primary key,
  due_at timestamptz not null default now(),
  lease_id text,
  lease_until timestamptz
);
