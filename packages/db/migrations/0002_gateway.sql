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
