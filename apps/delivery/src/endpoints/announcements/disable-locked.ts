/**
 * The end of a statement that switches endpoints off. Its step `locked` holds them, in the order of their ids, in which
 * a change by the API takes its locks too, each with a `reason` in words and a `code`; the step `disabled` here returns
 * them as they are then. Their tenants are to be told: in the same transaction, so that none is forgotten; the id names
 * the version of the endpoint, so that none is told twice. A step `last_tried` has, for each endpoint at most once, what was
 * sent to it last: `endpoint_id, event_id, event_type, response_code, error_code, error_message`.
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
