-- The login role of the services owns nothing and bypasses nothing; without one of the two roles below it can do
-- nothing at all. A transaction takes one of them (see transactions.ts):
--   hookline_tenant  sees the rows of the tenant named in the setting hookline.tenant, and no others
--   hookline_system  the work that serves all tenants at once: fan-out, lanes, retention
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

-- The tenant of the running transaction; null (and so no rows) when none is set. After a commit the setting is
-- an empty string, not null: nullif covers both.
create function hookline_tenant() returns text
  language sql stable parallel safe
  return nullif(current_setting('hookline.tenant', true), '');
