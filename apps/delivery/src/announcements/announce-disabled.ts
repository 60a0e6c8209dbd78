/**
 * Part of a statement that switches endpoints off, whose step `disabled` returns them as they are then, with a
 * `disabled_code`: their tenants are to be told. In the same transaction, so that none is forgotten; the id names the
 * version of the endpoint, so that none is told twice.
 */
export const ANNOUNCE_DISABLED = `announced as (
  insert into announcements (id, tenant_id, endpoint_id, type, data)
  select 'endpoint.disabled:' || d.id || ':' || d.version, d.tenant_id, d.id, 'endpoint.disabled',
         jsonb_build_object(
           'webhookId', d.id, 'name', d.name, 'code', d.disabled_code, 'reason', d.disabled_reason,
           'disabledAt', to_char(d.disabled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from disabled d
)`;
