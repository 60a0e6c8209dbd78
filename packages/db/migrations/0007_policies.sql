-- Forced row level security on every table. hookline_tenant sees the rows of its tenant, hookline_system sees all rows.
-- The owner sees no rows (force), unless it is a superuser.
do $$
declare
  name text;
begin
  foreach name in array array['api_keys', 'sessions', 'idempotency_keys', 'audit_log', 'sources', 'rejections', 'event_types', 'endpoints', 'events', 'event_keys',
                              'portal_sessions', 'portal_tokens', 'saved_views', 'alert_rules', 'alerts', 'alert_notifications',
                              'skipped_messages', 'deliveries', 'attempts', 'parked_keys', 'announcements', 'replays', 'bulk_jobs',
                              'statistics_changes', 'statistics', 'shared_requests', 'request_sends',
                              'local_results',
                              'oauth_apps', 'oauth_flows', 'connection_links', 'connections', 'connection_tokens',
                              'connection_announcements', 'grant_revocations', 'connection_imports',
                              'connection_journal', 'connection_tasks', 'connection_bulk_jobs', 'schedules', 'platform_webhooks',
                              'connection_routes', 'reconciliation_days'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant on %I to hookline_tenant using (tenant_id = hookline_tenant()) with check (tenant_id = hookline_tenant())',
      name
    );
    execute format('create policy system on %I to hookline_system using (true) with check (true)', name);
  end loop;

  foreach name in array array['jobs', 'ledger_checks', 'endpoint_failures', 'delivery_replicas', 'quota_groups',
                              'unrouted_pushes', 'provider_write_slots', 'app_push_sources', 'feed_tickets', 'alert_evaluations'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy system on %I to hookline_system using (true) with check (true)', name);
  end loop;

  -- Which of its own endpoints are failing.
  create policy own_endpoints on endpoint_failures for select to hookline_tenant
    using (exists (select from endpoints e where e.id = endpoint_id));

  -- The applications of the installation are for all tenants. Their secrets are sealed and never shown.
  create policy installation on oauth_apps for select to hookline_tenant using (tenant_id is null);

  -- For hookline_drop_partitions, which runs as the owner: to see open work and dead letters, and to delete old keys.
  execute format('create policy retention on deliveries for select to %I using (due_at is not null or status = ''failed'')', current_user);
  execute format('create policy retention on event_keys to %I using (true)', current_user);

  -- The table holds no data of tenants. A tenant's transaction must be able to take the next version.
  alter table endpoint_catalog enable row level security;
  alter table endpoint_catalog force row level security;
  create policy everyone on endpoint_catalog to hookline_tenant, hookline_system using (true) with check (true);
end $$;

grant select on api_keys, sessions, idempotency_keys, audit_log, sources, rejections, event_types, endpoints, events, event_keys, skipped_messages, deliveries, attempts,
  replays, bulk_jobs, statistics_changes, statistics, shared_requests, request_sends
  to hookline_tenant;
grant select, insert, update, delete on alert_rules to hookline_tenant;
grant select, update, delete on alerts to hookline_tenant;
grant select on alert_notifications to hookline_tenant;
grant insert, update on replays, bulk_jobs to hookline_tenant;
grant insert on statistics_changes to hookline_tenant;
-- Rights for deleting the contents of an event.
grant update (payload, size_bytes, request, deleted_at) on events to hookline_tenant;
grant delete on shared_requests to hookline_tenant;
grant insert on request_sends to hookline_tenant;
grant select, insert, delete on local_results to hookline_tenant;
grant update (response_headers, response_body) on attempts to hookline_tenant;
grant insert, update on sources, endpoints to hookline_tenant;
grant select, insert, update, delete on schedules to hookline_tenant;
grant select on portal_sessions, portal_tokens to hookline_tenant;
grant select, insert, update, delete on saved_views to hookline_tenant;
grant select, delete on parked_keys to hookline_tenant;
grant select on endpoint_failures to hookline_tenant;
grant insert, select on announcements to hookline_tenant;
grant insert, update, delete on event_types to hookline_tenant;
grant update on deliveries, endpoint_catalog to hookline_tenant;
grant select on endpoint_catalog to hookline_tenant;
grant select, insert, update on oauth_apps, connection_links, connections to hookline_tenant;
grant select, insert, update, delete on connection_tokens to hookline_tenant;
grant select, insert on oauth_flows to hookline_tenant;
grant select, insert, update on connection_bulk_jobs to hookline_tenant;
grant select, insert on connection_journal, connection_announcements to hookline_tenant;
grant select, insert, update, delete on connection_tasks to hookline_tenant;
grant select on connection_routes, reconciliation_days, grant_revocations, connection_imports to hookline_tenant;
grant select, insert, update on platform_webhooks to hookline_tenant;

grant select, insert, update, delete
  on api_keys, sessions, idempotency_keys, sources, rejections, event_types, endpoints, events, event_keys, skipped_messages, deliveries, attempts,
     parked_keys, announcements, replays, bulk_jobs, statistics_changes, statistics, jobs, ledger_checks, endpoint_failures,
     delivery_replicas, shared_requests, request_sends, local_results, oauth_apps, oauth_flows, connection_links, connections,
     connection_announcements, grant_revocations, connection_imports,
     connection_tokens, connection_journal, connection_tasks, connection_bulk_jobs, quota_groups, schedules,
     platform_webhooks, connection_routes, unrouted_pushes, reconciliation_days, provider_write_slots,
     app_push_sources, feed_tickets, alert_rules, alerts, alert_notifications, alert_evaluations
  to hookline_system;
grant select, insert, update, delete on portal_sessions, portal_tokens, saved_views to hookline_system;
grant select, update on endpoint_catalog to hookline_system;
-- The audit is append-only.
grant select, insert on audit_log to hookline_system;
