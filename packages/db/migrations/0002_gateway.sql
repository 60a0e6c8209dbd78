create table api_keys (
  id text collate "C" primary key,
  -- null: the key of an operator
  tenant_id text collate "C",
  role text not null check (role in ('tenant', 'operator')),
  name text,
  -- SHA-256 of the key; the key itself is not stored
  key_hash bytea not null unique,
  prefix text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  check ((role = 'operator') = (tenant_id is null))
);
create index api_keys_tenant on api_keys (tenant_id, id);
