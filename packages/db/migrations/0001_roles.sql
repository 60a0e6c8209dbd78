-- The login role of the services owns nothing and bypasses nothing. Without one of the two roles below it can do
-- nothing. A transaction takes one of the roles (see src/database.ts):
--   hookline_tenant  sees only the rows of the tenant named in the setting hookline.tenant
--   hookline_system  for work that spans tenants: fan-out, lanes, retention
do $$
declare
  name text;
begin
  foreach name in array array['hookline_tenant', 'hookline_system'] loop
    begin
      execute format('create role %I nologin noinherit', name);
    exception when duplicate_object or unique_violation then
      null; -- roles belong to the whole server: another of its databases has made it
    end;
  end loop;
end $$;

grant usage on schema public to hookline_tenant, hookline_system;

-- The tenant of the current transaction, or null, which matches no row, if none is set. After a commit the setting is
-- an empty string, not null: nullif covers both.
create function hookline_tenant() returns text
  language sql stable parallel safe
  return nullif(current_setting('hookline.tenant', true), '');
