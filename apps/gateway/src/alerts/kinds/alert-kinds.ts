import type { AlertType } from '@hookline/contracts';
import type { AlertKind } from './alert-kind.ts';
import { backlog } from './backlog.ts';
import { connectionNeedsReauth } from './connection-needs-reauth.ts';
import { deadLetters } from './dead-letters.ts';
import { endpointFailing } from './endpoint-failing.ts';
import { quotaNear } from './quota-near.ts';
import { sourceSilent } from './source-silent.ts';
import { unaccounted } from './unaccounted.ts';

export const ALERT_KINDS: Readonly<Record<AlertType, AlertKind>> = {
  endpoint_failing: endpointFailing,
  dead_letters: deadLetters,
  source_silent: sourceSilent,
  connection_needs_reauth: connectionNeedsReauth,
  quota_near: quotaNear,
  backlog,
  unaccounted,
};
