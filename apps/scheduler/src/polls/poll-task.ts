import { CONNECTION_PROVIDER, countNouns } from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import type { Connectable, PolledAccount, PollingSpecification } from '@hookline/providers';
import { createRateWindow } from '@hookline/service';
import type { PublishEvents } from '../events/publish-events.ts';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { fitsApplication } from '../facts/fits-application.ts';
import { connectableOf } from '../facts/require-connectable.ts';
import type { Journal } from '../journal/journal.ts';
import type { ProviderAnswer, ProviderApi } from '../provider-api/provider-api.ts';
import { findApp } from '../sql/find-app.ts';
import { findConnection } from '../sql/find-connection.ts';
import { assertActive, ConnectionInactiveError } from '../status/assert-active.ts';
import {
  type ClaimedTask,
  PAUSED_FOR_SCOPE,
  TaskFencedError,
  type TaskKind,
  type TaskResult,
} from '../tasks/task.ts';
import { excused, rests } from '../tasks/task-results.ts';
import { afterError, afterVerdict } from './after-failure.ts';
import { applyAnswer, connectionDedupeKey, type FreshItem, type PollStep } from './apply-answer.ts';
import { missingScope } from './missing-scope.ts';
import { planRequest } from './plan-request.ts';
import type { PollState } from './poll-state.ts';

/** What a poll has found, before it is published. */
export interface FoundItems {
  readonly connection: ConnectionFacts;
  readonly poll: PollingSpecification;
  readonly about: PolledAccount;
  readonly fresh: readonly FreshItem[];
  /** A push or a person asked for the run. */
  readonly onDemand: boolean;
  /** The time of the database, in ms since 1970. */
  readonly nowMs: number;
}

export interface PollOptions {
  database: Database;
  secretBox: SecretBox;
  api: ProviderApi;
  publishEvents: PublishEvents;
  journal: Journal;
  /** Removes the items that came by a webhook already, and counts the others as missed. Default: all are published. */
  removePushed?: (found: FoundItems) => Promise<readonly FreshItem[]>;
}

/** The most pages of one run. The next run goes on where this one stopped. */
const MAX_PAGES_PER_RUN = 20;
const CONTINUE_AFTER_SECONDS = 5;
/** Hundreds of channels may wait for one quota. */
const POSTPONEMENT_TOLD_EVERY_MS = 3_600_000;
/** The largest page of a provider is far below. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** What one run has done so far. */
interface Tally {
  calls: number;
  items: number;
  published: number;
  duplicates: number;
  gap: string | undefined;
}

/** Polls an account: asks for what is new, publishes it, and stores the position after each page. */
export function createPollKind(options: PollOptions): TaskKind {
  const { database, secretBox, api, publishEvents, journal } = options;
  const postponements = createRateWindow({ limit: 1, windowMs: POSTPONEMENT_TOLD_EVERY_MS });

  async function run(task: ClaimedTask, signal: AbortSignal): Promise<TaskResult> {
    const connection = await findConnection(database, task.connectionId);
    const app = await findApp(database, secretBox, task.appId);
    if (connection === undefined || app === undefined) {
      return rests('no_connection');
    }
    const connectable = connectableOf(connection.provider);
    const poll = connectable.polling?.find(({ id }) => id === task.name);
    if (poll === undefined || !fitsApplication(poll, app)) {
      return rests('no_poll');
    }
    const record = (outcome: string, text: string, detail?: Record<string, unknown>) =>
      journal.record(database, {
        connectionId: connection.id,
        tenant: connection.tenant,
        kind: 'poll',
        outcome,
        text: `${nameOf(task)}: ${text}`,
        detail: { poll: task.name, ...(task.resource !== '' && { resource: task.resource }), ...detail },
      });

    const scope = missingScope(poll.scopes, connection.scopesGranted);
    if (scope !== undefined) {
      await record(PAUSED_FOR_SCOPE, `not polled, because the person has not granted ${scope}`);
      return rests(PAUSED_FOR_SCOPE);
    }

    const tally: Tally = { calls: 0, items: 0, published: 0, duplicates: 0, gap: undefined };
    try {
      const result = await pollPages(task, signal, { connection, app, connectable, poll, tally });
      await tell(result);
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ConnectionInactiveError) {
        await record(error.code, error.message, { ...tally });
        return excused(error.code);
      }
      const result = afterError(error, task);
      if (result !== undefined) {
        await tell(result);
        return result;
      }
      if (!(error instanceof TaskFencedError)) {
        await record('failed', `the provider did not answer: ${reasonOf(error)}`, { ...tally });
      }
      throw error;
    }

    /** A poll that is postponed again for the same reason is told once; of many resources that wait together, one is. */
    async function tell({ outcome, ended, error }: TaskResult): Promise<void> {
      if (ended === 'excused' && tally.published === 0) {
        if (outcome === task.lastOutcome) return;
        if (
          task.resource !== '' &&
          postponements.take(`${task.connectionId} ${task.name} ${outcome}`).exceeded
        )
          return;
      }
      await record(outcome, error ?? sentenceOf(outcome, tally), { ...tally });
    }
  }

  interface Run {
    connection: ConnectionFacts;
    app: AppFacts;
    connectable: Connectable;
    poll: PollingSpecification;
    tally: Tally;
  }

  async function pollPages(task: ClaimedTask, signal: AbortSignal, run: Run): Promise<TaskResult> {
    const { connection, app, connectable, poll, tally } = run;
    const about: PolledAccount = {
      accountId: connection.accountId,
      accountName: connection.accountName,
      resource: task.resource === '' ? undefined : task.resource,
      values: connection.settings.values ?? {},
    };
    let state: PollState = task.cursor;
    for (let page = 0; page < MAX_PAGES_PER_RUN; page++) {
      const request = planRequest(poll, state, {
        ...poll.values?.({ ...app.settings }),
        resource: about.resource,
      });
      task.assertHeld();
      const answer = await api.call({
        connection,
        app,
        request: request.request,
        values: request.values,
        query: request.query,
        headers: request.headers,
        tokenKind: poll.credential ?? 'access',
        onDemand: task.onDemand,
        maxBytes: MAX_ANSWER_BYTES,
        signal,
      });
      tally.calls++;
      const { verdict } = answer.judged;
      const isExpired = request.purpose === 'page' && answer.status === poll.cursor?.expired?.status;
      if (verdict !== 'ok' && verdict !== 'not-modified' && !isExpired) {
        return afterVerdict(answer.judged, answer.status, task);
      }
      const step = applyAnswer({
        provider: connectable.id,
        poll,
        state,
        request,
        answer: { ...answer, isNotModified: verdict === 'not-modified' },
        about,
        nowMs: task.nowMs(),
      });
      await publish(task, run, about, step);
      await task.saveCursor({ ...step.state });
      state = step.state;
      if (step.isComplete) {
        const outcome =
          tally.published > 0 ? 'new' : verdict === 'not-modified' ? 'unchanged' : 'nothing_new';
        return {
          outcome,
          ended: 'succeeded',
          next:
            task.onDemand && poll.againAfterSeconds !== undefined
              ? { at: 'soon', afterSeconds: poll.againAfterSeconds }
              : { at: 'grid', ...minimumInterval(poll, answer) },
        };
      }
    }
    // Each page is stored: the next run goes on, and others get their turn.
    return {
      outcome: 'more',
      ended: 'excused',
      next: { at: 'soon', afterSeconds: CONTINUE_AFTER_SECONDS },
    };
  }

  /** Publishes first and stores the position afterwards: a crash in between repeats events under the same keys. */
  async function publish(
    task: ClaimedTask,
    { connection, connectable, poll, tally }: Run,
    about: PolledAccount,
    step: PollStep,
  ): Promise<void> {
    tally.items += step.items;
    const found: FoundItems = {
      connection,
      poll,
      about,
      fresh: step.fresh,
      onDemand: task.onDemand,
      nowMs: task.nowMs(),
    };
    // Its position is not stored then, and nothing is counted: it is found after the pause.
    const isNews = step.fresh.length > 0 || step.gap !== undefined;
    if (isNews) await assertActive(database, connection.id);
    const fresh =
      step.fresh.length > 0 && options.removePushed !== undefined
        ? await options.removePushed(found)
        : step.fresh;
    task.assertHeld();
    const drafts = fresh.map(({ key, event }) => ({
      tenant: connection.tenant,
      provider: connectable.id,
      type: event.type,
      source: event.source,
      subject: event.subject,
      action: event.action,
      repository: event.repository,
      timeMs: event.timeMs,
      dedupeKey: connectionDedupeKey(connection.id, key),
      providerDeliveryId: event.deliveryId,
      via: 'poll' as const,
      payload: event.payload,
    }));
    if (isNews) await assertActive(database, connection.id);
    const { duplicates } = await publishEvents(drafts);
    tally.published += drafts.length - duplicates;
    tally.duplicates += duplicates;
    if (step.gap === undefined) return;
    tally.gap = step.gap;
    const atMs = task.nowMs();
    await publishEvents([
      {
        tenant: connection.tenant,
        provider: CONNECTION_PROVIDER,
        type: 'connection.gap',
        source: `/connection/${connection.id}`,
        subject: connection.id,
        // The same after a crash before the position is stored.
        dedupeKey: connectionDedupeKey(connection.id, `gap:${task.id}:${step.state.polledAtMs ?? atMs}`),
        via: 'poll',
        payload: Buffer.from(
          JSON.stringify({
            connectionId: connection.id,
            provider: connection.provider,
            accountId: connection.accountId,
            status: connection.status,
            reason: 'items_missed',
            poll: poll.id,
            resource: about.resource ?? null,
            message: step.gap,
            since:
              task.lastSucceededAtMs === undefined ? null : new Date(task.lastSucceededAtMs).toISOString(),
          }),
        ),
      },
    ]);
    await journal.record(database, {
      connectionId: connection.id,
      tenant: connection.tenant,
      kind: 'gap',
      outcome: 'items_missed',
      text: `${nameOf(task)}: ${step.gap}`,
      detail: { poll: poll.id },
    });
  }

  return { kind: 'poll', run };
}

function nameOf({ name, resource, resourceName }: ClaimedTask): string {
  return resource === '' ? name : `${name} of ${resourceName ?? resource}`;
}

function minimumInterval(
  { intervalHeader }: PollingSpecification,
  { headers }: ProviderAnswer,
): { notBeforeSeconds?: number } {
  const text = intervalHeader === undefined ? undefined : headers[intervalHeader];
  return text !== undefined && /^\d{1,6}$/.test(text) ? { notBeforeSeconds: Number(text) } : {};
}

function sentenceOf(outcome: string, { calls, items, published, duplicates }: Tally): string {
  const requests = countNouns(calls, 'request');
  if (outcome === 'unchanged') return `nothing has changed, says the provider (${requests})`;
  const known = duplicates > 0 ? `, ${duplicates} of them known` : '';
  const more = outcome === 'more' ? '; there are more pages' : '';
  return `${published} new of ${countNouns(items, 'item')}${known} (${requests})${more}`;
}

/** The message of an error of the network has no secrets; its code is more precise. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string'
    ? `${error.message} (${error.code})`
    : error.message;
}
