import { createHmac } from 'node:crypto';
import { BoundedList } from '../core/bounded.ts';
import type { PushContext } from '../core/emulator.ts';
import { botUserOf, type SlackApplication } from './state.ts';

const TIMEOUT_MS = 3_000;
const MAX_TRIES = 4;
const MAX_WAITING = 1_000;

export interface EventPush {
  readonly eventId: string;
  readonly clientId: string;
  readonly type: string;
  /** The statuses of the answers; 0: none. */
  readonly statuses: number[];
}

interface Waiting {
  readonly push: EventPush;
  readonly application: SlackApplication;
  readonly body: string;
  reason: string;
}

/**
 * Signed pushes to an application's request URL. A push that fails is repeated at once; two more tries, which Slack
 * makes after one and after five minutes, wait for `retryFailed`.
 */
export class EventsApi {
  readonly #context: PushContext;
  #waiting = new BoundedList<Waiting>(MAX_WAITING);
  #count = 0;

  constructor(context: PushContext) {
    this.#context = context;
  }

  /** The challenge for a new request URL. */
  async verifyUrl(application: SlackApplication, url: string): Promise<boolean> {
    this.#count += 1;
    const challenge = `emulated-challenge-${this.#count}`;
    const body = JSON.stringify({ token: 'emulated', challenge, type: 'url_verification' });
    const { status, body: answer } = await this.#context.send({
      url,
      headers: this.#headers(application, body),
      body,
    });
    return status === 200 && answer.includes(challenge);
  }

  /** Undefined if the application has no request URL. */
  async send(
    application: SlackApplication,
    teamId: string,
    event: Readonly<Record<string, unknown>> & { readonly type: string },
    /** The person by whose token alone the event may be seen. Default: the bot. */
    personId?: string,
  ): Promise<EventPush | undefined> {
    if (application.requestUrl === undefined) return undefined;
    this.#count += 1;
    const eventId = `Ev${String(this.#count).padStart(9, '0')}`;
    const push: EventPush = { eventId, clientId: application.clientId, type: event.type, statuses: [] };
    const body = JSON.stringify({
      token: 'emulated',
      team_id: teamId,
      api_app_id: application.appId,
      event,
      type: 'event_callback',
      event_id: eventId,
      event_time: Math.floor(this.#context.clock.nowMs() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: teamId,
          user_id: personId ?? botUserOf(application, teamId),
          is_bot: personId === undefined,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    });
    const waiting: Waiting = { push, application, body, reason: '' };
    if (!(await this.#try(waiting)) && !(await this.#try(waiting))) this.#waiting.add(waiting);
    return push;
  }

  /** One more try for each push that failed, at most three in all. */
  async retryFailed(): Promise<EventPush[]> {
    const all = this.#waiting.latest();
    this.#waiting = new BoundedList(MAX_WAITING);
    for (const waiting of all) {
      const accepted = await this.#try(waiting);
      if (!accepted && waiting.push.statuses.length < MAX_TRIES) this.#waiting.add(waiting);
    }
    return all.map(({ push }) => push);
  }

  async #try(waiting: Waiting): Promise<boolean> {
    const { application, body, push, reason } = waiting;
    const retry: Record<string, string> =
      push.statuses.length === 0
        ? {}
        : { 'x-slack-retry-num': String(push.statuses.length), 'x-slack-retry-reason': reason };
    const { status, failure } = await this.#context.send({
      url: application.requestUrl ?? '',
      headers: { ...this.#headers(application, body), ...retry },
      body,
      timeoutMs: TIMEOUT_MS,
    });
    push.statuses.push(status);
    waiting.reason = failure?.includes('Timeout')
      ? 'http_timeout'
      : status === 0
        ? 'connection_failed'
        : 'http_error';
    return status >= 200 && status < 300;
  }

  #headers(application: SlackApplication, body: string): Record<string, string> {
    // The machine's time: a receiver compares it with its own clock, which does not follow the emulated one.
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', application.signingSecret)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex');
    return {
      'content-type': 'application/json',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    };
  }
}
