create table sources (
  id text collate "C" primary key,
  tenant_id text collate "C" not null,
  provider text not null,
  name text,
  -- the unguessable part of the source's own address
  token text collate "C" not null unique,
  -- [{sealed (see sealed-secret.ts), setAt}], newest first; the second is the one before the last change
  secrets jsonb not null,
  -- the same of secrets that are valid no more: they explain refusals and never verify
  retired_secrets jsonb not null default '[]',
  verify_token text,
  options jsonb not null default '{}',
  active boolean not null default true,
  -- what the provider last said of its subscription: {kind, reason, type, eventId, at}
  subscription jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create index sources_tenant on sources (tenant_id, id) where deleted_at is null;
create index sources_address on sources (provider, tenant_id) where deleted_at is null;
-- How every replica of ingest keeps its copy up to date; deleted ones included, so that they leave it.
create index sources_changed on sources (updated_at);

create table rejections (
  id text collate "C" not null,
  -- null: nobody's, e.g. an address that no source has
  tenant_id text collate "C",
  provider text not null,
  source_id text collate "C",
  code text not null,
  reason text not null,
  -- what lies behind it and what to do, as far as it could be found out
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
-- How the oldest of a source are found, of which only so many are kept. Repeats belong to their events' journeys.
create index rejections_source on rejections (source_id, code, id)
  where source_id is not null and code <> 'duplicate';
create index rejections_event on rejections (event_id) where event_id is not null;

-- Event types of tenants: registered ones, and those that were only published. A schema is checked by ingest, before
-- an event is taken; so the table is ingest's.
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
