/**
 * The end of a statement that switches endpoints off. The step `disabled` returns the changed endpoints. The statement
 * has two steps before this end:
 *
 * - `locked`: the endpoints to switch off, each with a `reason` in words and a `code`. It locks them in the order of
 *   their ids, as a change by the API does.
 * - `last_tried`: the delivery that was tried last, at most one for each endpoint, as `endpoint_id, event_id,
 *   event_type, response_code, error_code, error_message`.
 *
 * The announcements to the tenants are stored in the same transaction, so that none is lost. The id of an announcement
 * has the version of its endpoint, so that no tenant is told twice.
 */
export const DISABLE_LOCKED = `next_version as (
  update endpoint_catalog set version = version + 1 where exists (select from locked) returning version
), disabled as (
  update endpoints e
  set active = false, disabled_at = now(), disabled_reason = l.reason, version = v.version, updated_at = now()
  from locked l, next_version v
  where e.id = l.id
  returning e.*, l.code as disabled_code
), announced as (
  insert into announcements (id, tenant_id, endpoint_id, type, data)
  select 'endpoint.disabled:' || d.id || ':' || d.version, d.tenant_id, d.id, 'endpoint.disabled',
         jsonb_build_object(
           'webhookId', d.id, 'name', d.name, 'url', d.url, 'code', d.disabled_code, 'reason', d.disabled_reason,
           'disabledAt', to_char(d.disabled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'lastDelivery', case when t.event_id is not null then jsonb_build_object(
             'deliveryId', 'dlv_' || substr(t.event_id, 5) || '_' || substr(d.id, 4),
             'eventId', t.event_id, 'eventType', t.event_type, 'responseCode', t.response_code,
             'errorCode', t.error_code, 'errorMessage', t.error_message) end)
  from disabled d
  left join last_tried t on t.endpoint_id = d.id
)`;
