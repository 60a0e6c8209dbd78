-- Daily partitions. The services own nothing, so they call these functions, which run as the owner.

-- The tables of which the same days are kept. The audit has a time of its own.
create function hookline_partitioned_tables() returns setof text
  language sql immutable
  as $$ values ('events'), ('deliveries'), ('attempts'), ('rejections'), ('skipped_messages'),
                    ('shared_requests'), ('request_sends'), ('local_results') $$;

-- Creates the partitions of the days from `days_before` before today to `days_after` after today. Idempotent. Returns
-- the number of partitions it created.
create function hookline_create_partitions(days_before integer, days_after integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  today date := (now() at time zone 'UTC')::date;
  parent text;
  day date;
  partition text;
  made integer := 0;
begin
  if days_before is null or days_after is null
    or days_before < 0 or days_before > 366 or days_after < 0 or days_after > 366 then
    raise exception 'days must be between 0 and 366';
  end if;
  perform pg_advisory_xact_lock(hashtext('hookline_partitions'));
  for parent in select hookline_partitioned_tables() union all select 'audit_log' loop
    -- Days are counted in UTC: a series of times would follow the time zone of the session and its clock changes.
    for offset_days in -days_before .. days_after loop
      day := today + offset_days;
      partition := format('%s_%s', parent, to_char(day, 'YYYYMMDD'));
      if to_regclass('public.' || partition) is null then
        execute format(
          'create table public.%I partition of public.%I for values from (%L) to (%L)',
          partition, parent, day::text || ' 00:00:00+00', (day + 1)::text || ' 00:00:00+00'
        );
        -- The parents' policies hold for access through them; direct access is closed as well.
        execute format('alter table public.%I enable row level security', partition);
        execute format('alter table public.%I force row level security', partition);
        -- Payloads of a few KB stay in the row: stored out of line, each needs two or three more inserts.
        if parent = 'events' then
          execute format('alter table public.%I set (toast_tuple_target = 8160)', partition);
        end if;
        -- created_at is the time in the event's id: a value that is unique in its day is unique in the table (see
        -- 0004).
        if parent = 'deliveries' then
          execute format('create unique index on public.%I (event_id, endpoint_id)', partition);
        end if;
        made := made + 1;
      end if;
    end loop;
  end loop;
  return made;
end $$;

-- Drops the partitions of days that ended at or before `keep_from`, and the keys of their events. A day with a dead
-- letter is dropped only if it also ended at or before `keep_failed_from` (null: dead letters are no reason to keep a
-- day). A day with an open delivery is never dropped. Returns the names of the partitions it dropped and kept because
-- of open deliveries.
create function hookline_drop_partitions(keep_from timestamptz, keep_failed_from timestamptz default null)
  returns table (partition_name text, dropped boolean)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  day date;
  parent text;
  open_work boolean;
begin
  -- A comparison with null is null, so without this check no day would be kept.
  if keep_from is null or keep_from > now() - interval '1 day' then
    raise exception 'refusing to drop partitions younger than a day';
  end if;
  perform pg_advisory_xact_lock(hashtext('hookline_partitions'));
  for day in
    select distinct to_date(right(child.relname, 8), 'YYYYMMDD')
    from pg_inherits
    join pg_class child on child.oid = inhrelid
    join pg_class parent_class on parent_class.oid = inhparent
    where parent_class.relkind = 'p'
      and parent_class.relname in (select hookline_partitioned_tables())
      and child.relname ~ '_[0-9]{8}$'
    order by 1
  loop
    if ((day + 1)::timestamp at time zone 'UTC') > keep_from then
      continue;
    end if;
    -- From here on no transaction can reopen a delivery of this day.
    partition_name := format('deliveries_%s', to_char(day, 'YYYYMMDD'));
    if to_regclass('public.' || partition_name) is not null then
      execute format('lock table public.%I in share row exclusive mode', partition_name);
    end if;
    -- Through the parent, whose policies let the owner see open work and dead letters (0007). A partition has no
    -- policies of its own.
    if ((day + 1)::timestamp at time zone 'UTC') > keep_failed_from and exists (
      select from public.deliveries
      where status = 'failed'
        and created_at >= (day::timestamp at time zone 'UTC')
        and created_at < ((day + 1)::timestamp at time zone 'UTC')
    ) then
      continue;
    end if;
    select exists (
      select from public.deliveries
      where due_at is not null
        and created_at >= (day::timestamp at time zone 'UTC')
        and created_at < ((day + 1)::timestamp at time zone 'UTC')
    ) into open_work;
    -- Before the drops, which lock the parent tables until the transaction ends: this may take a while.
    if not open_work then
      delete from public.event_keys
      where created_at >= (day::timestamp at time zone 'UTC')
        and created_at < ((day + 1)::timestamp at time zone 'UTC');
    end if;
    for parent in select hookline_partitioned_tables() loop
      partition_name := format('%s_%s', parent, to_char(day, 'YYYYMMDD'));
      if to_regclass('public.' || partition_name) is null then
        continue;
      end if;
      dropped := not open_work;
      if dropped then
        execute format('drop table public.%I', partition_name);
      end if;
      return next;
    end loop;
  end loop;
end $$;

-- Drops the days of the audit that ended at or before `keep_from`. Returns the names of the partitions.
create function hookline_drop_audit_partitions(keep_from timestamptz) returns setof text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  partition text;
begin
  if keep_from is null or keep_from > now() - interval '1 day' then
    raise exception 'refusing to drop partitions younger than a day';
  end if;
  perform pg_advisory_xact_lock(hashtext('hookline_partitions'));
  for partition in
    select child.relname
    from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = 'public.audit_log'::regclass
      and child.relname ~ '_[0-9]{8}$'
      and (to_date(right(child.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' <= keep_from
    order by 1
  loop
    execute format('drop table public.%I', partition);
    return next partition;
  end loop;
end $$;

revoke all on function hookline_create_partitions(integer, integer) from public;
revoke all on function hookline_drop_partitions(timestamptz, timestamptz) from public;
revoke all on function hookline_drop_audit_partitions(timestamptz) from public;
grant execute on function hookline_create_partitions(integer, integer) to hookline_system;
grant execute on function hookline_drop_partitions(timestamptz, timestamptz) to hookline_system;
grant execute on function hookline_drop_audit_partitions(timestamptz) to hookline_system;

select hookline_create_partitions(2, 7);
