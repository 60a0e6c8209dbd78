create table sources (
  id text collate "C" primary key,
  -- null: the source of an OAuth application of the whole installation, which receives the pushes for all its
  -- connections
  tenant_id text collate "C",
  provider text not null,
  name text,
  -- the OAuth application or connection that the scheduler made the source for; null: a tenant made it
  managed_by text collate "C",
  -- what it is for, so that making it again changes it: the owner and its resource
  managed_key text collate "C",
  -- the unguessable part of the source's own address
  token text collate "C" not null unique,
  -- [{sealed (see sealed-secret.ts), setAt}], newest first; the second secret was replaced by the last change
  secrets jsonb not null,
  -- secrets that are no longer valid, in the same form: they explain refusals and never verify
  retired_secrets jsonb not null default '[]',
  verify_token text,
  options jsonb not null default '{}',
  -- the tenant's own id of it
  uid text collate "C",
  -- the tenant's own texts about it
  metadata jsonb not null default '{}',
  tags text[] not null default '{}',
  active boolean not null default true,
  -- the last message of the provider about the subscription: {kind, reason, type, eventId, at}
  subscription jsonb,
  -- when it last received an event, to the minute
  last_received_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  check (tenant_id is not null or managed_by is not null),
  check ((managed_by is null) = (managed_key is null))
);
create unique index sources_managed on sources (managed_key) where managed_key is not null and deleted_at is null;
create index sources_tenant on sources (tenant_id, id) where deleted_at is null;
create unique index sources_uid on sources (uid, tenant_id) where uid is not null and deleted_at is null;
create index sources_address on sources (provider, tenant_id) where deleted_at is null;
-- For the replicas of ingest, which read changed sources. Deleted sources are included, so that replicas drop them.
create index sources_changed on sources (updated_at);

create table rejections (
  id text collate "C" not null,
  -- null: no tenant, e.g. the address belongs to no source
  tenant_id text collate "C",
  provider text not null,
  source_id text collate "C",
  code text not null,
  reason text not null,
  -- the probable cause and what to do, if known
  cause text,
  hint text,
  would_match text,
  event_id text collate "C",
  provider_delivery_id text,
  headers jsonb not null,
  body_start bytea not null,
  created_at timestamptz not null,
  primary key (id, created_at)
) partition by range (created_at);
create index rejections_tenant on rejections (tenant_id, id);
-- For deleting the oldest rejections of a source. Repeats are not deleted, because they belong to the journeys of
-- events.
create index rejections_source on rejections (source_id, code, id)
  where source_id is not null and code <> 'duplicate';
create index rejections_event on rejections (event_id) where event_id is not null;

-- Event types of tenants, both registered types and types that were only published. Ingest owns the table, because it
-- checks events against their schemas.
create table event_types (
  tenant_id text collate "C" not null,
  type text collate "C" not null,
  description text,
  schema jsonb,
  registered boolean not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, type)
);
