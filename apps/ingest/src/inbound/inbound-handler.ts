import { HOPS_HEADER, ID_PREFIX, sourceDedupeKey } from '@hookline/contracts';
import type {
  HttpAnswer,
  InboundRequest,
  NormalizedEvent,
  Provider,
  Reception,
  RepeatKey,
} from '@hookline/providers';
import {
  elapsedMs,
  type HopCounts,
  type IdFactory,
  type ReceiptClock,
  rateLimited,
  rateLimitHeaders,
  requestTraceparent,
  type SampledLog,
  spanOf,
  type ThrottledLog,
  toApiError,
  type UseRecorder,
} from '@hookline/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventTypeRegistry } from '../event-types/event-type-registry.ts';
import type { AcceptedEvent, EventAcceptor } from '../events/event-acceptor.ts';
import { describeOtherContent } from '../events/event-content.ts';
import { publishTimeoutMs } from '../events/publish-timeout.ts';
import { type DraftRequest, toEvent } from '../events/to-event.ts';
import { toStoreError } from '../events/to-store-error.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { RefusedRequest } from '../rejections/rejection-explainer.ts';
import type { RejectionKeeper } from '../rejections/rejection-keeper.ts';
import { keepRequest } from '../requests/keep-request.ts';
import { requestSecretsOf } from '../requests/kept-header-check.ts';
import type { SealRequestSecret } from '../requests/request-sealer.ts';
import type { ActiveSource } from '../sources/active-source.ts';
import type { SourceDirectory } from '../sources/source-directory.ts';
import type { SubscriptionNotes } from '../sources/subscription-notes.ts';
import { describeRetry } from './describe-retry.ts';
import type { MissingSecrets } from './missing-secrets.ts';
import { openRequest } from './open-request.ts';
import type { RequestLimits } from './request-limits.ts';
import { toDistinctHeaders } from './to-distinct-headers.ts';
import { toReceipt } from './to-receipt.ts';
import type { Address, RequestVerifier } from './verify-request.ts';

export interface InboundContext {
  verifier: RequestVerifier;
  directory: SourceDirectory;
  acceptor: EventAcceptor;
  eventTypes: Pick<EventTypeRegistry, 'noteSeen'>;
  /** Origin that providers call, without a slash at the end. */
  publicUrl: string;
  /** Longest time to try JetStream, in ms; less if the provider waits less. */
  publishDeadlineMs: number;
  receiptClock: Pick<ReceiptClock, 'nowMs'>;
  nextEventId: IdFactory;
  /** Size limit of a request, as received and decoded. */
  maxBodyBytes: number;
  sealRequestSecret: SealRequestSecret;
  hopCounts: Pick<HopCounts, 'read'>;
  rejections: RejectionKeeper;
  limits: RequestLimits;
  missingSecrets: Pick<MissingSecrets, 'note'>;
  subscriptions: Pick<SubscriptionNotes, 'note'>;
  /** Stores when sources last received an event. */
  receipts: Pick<UseRecorder, 'note'>;
  metrics: IngestMetrics;
  log: ThrottledLog;
  /** One log line for each webhook that is answered with success. */
  receivedLog: SampledLog;
  /**
   * One log line for each refused webhook, on a logger of its own, so that a flood of these hides no others.
   */
  refusedLog: SampledLog;
}

export interface InboundHandler {
  /**
   * Answers a request whose body has been read. Answers 2xx only after every event of it is stored. Never rejects.
   */
  receive(request: FastifyRequest, reply: FastifyReply, address: Address): Promise<FastifyReply>;
  /**
   * Answers a request that failed before or while its body was read. `address` is undefined if the address is not
   * valid.
   */
  refuse(
    error: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
    address: Address | undefined,
  ): FastifyReply;
}

/** How a request failed: the answer to its sender, and the rejection to record. */
interface Refusal {
  status: number;
  code: string;
  message: string;
  retryAfterSeconds?: number | undefined;
  /** More precise than the answer to the sender. */
  kept: { code: string; reason: string };
  /** The cause for the log, if the failure is on our side. */
  error?: unknown;
  /** The accepted methods, if the request has another one. */
  allow?: string | undefined;
}

/**
 * The owner of a request: its address and source, as far as they are known, and the result of its verification.
 */
interface RequestOwner {
  address: Address | undefined;
  source: ActiveSource | undefined;
  /** A rejection whose cause is to be explained. */
  refused?: RefusedRequest | undefined;
  /** The signature was right. */
  verified?: boolean;
}

/** Largest kept request that is sent with its events; a larger one is stored once for all of them. */
const MAX_TRAVELLING_BYTES = 65_536;

/** An event that the source stores, with its dedupe key. */
interface WantedEvent {
  event: NormalizedEvent;
  repeatKey: RepeatKey | undefined;
}

const NO_BODY = Buffer.alloc(0);
const NO_QUERY = new URLSearchParams();

export function createInboundHandler(context: InboundContext): InboundHandler {
  const {
    verifier,
    directory,
    acceptor,
    nextEventId,
    rejections,
    limits,
    metrics,
    log,
    receivedLog,
    refusedLog,
  } = context;

  async function receive(
    request: FastifyRequest,
    reply: FastifyReply,
    address: Address,
  ): Promise<FastifyReply> {
    const owner: RequestOwner = { address, source: undefined };
    try {
      // Here and below, only real waits are awaited: each promise costs every request memory and time.
      const opened = openRequest(toInboundRequest(request, context.publicUrl), context.maxBodyBytes);
      const inbound = opened instanceof Promise ? await opened : opened;
      let verified = await verifier.verify(address, inbound, request.ip);
      if (verifier.mayBeOutdated(verified.reception) && !limits.isExhausted(request.ip)) {
        await directory.refresh();
        verified = await verifier.verify(address, inbound, request.ip);
      }
      const { reception, source } = verified;
      owner.source = source;
      if (reception.kind === 'rejected') {
        const { rejection } = reception;
        const { status, publicCode, publicMessage, code, message } = rejection;
        const isSigned = 'secretIndex' in reception && reception.secretIndex !== undefined;
        owner.refused = toRefused(owner, inbound, rejection, isSigned);
        const [provider, tenant] = [providerOf(owner), tenantOf(owner)];
        if (code === 'no_secret' && !source && provider && tenant !== undefined)
          context.missingSecrets.note(provider, tenant);
        return answerRefusal(request, reply, owner, {
          status,
          code: publicCode,
          message: publicMessage,
          kept: { code, reason: message },
          allow: rejection.details?.['allow'] as string | undefined,
        });
      }
      const provider = providerOf(owner) as Provider;
      if (reception.kind === 'answered') {
        if (reception.notice && source?.managedBy)
          await storeNotice('handshake', reception.notice, source, request);
        metrics.requests.inc({ provider: provider.id, outcome: 'answered' });
        logReceived(reply, owner, 'answered', [], []);
        return send(reply, reception.answer);
      }
      owner.verified = true;
      const tenant = tenantOf(owner);
      const state = limits.countVerified(request.ip, source?.id ?? `${provider.id} ${tenant}`);
      if (state) reply.headers(rateLimitHeaders(state));
      if (state?.exceeded) throw rateLimited(state);
      const wanted = dropUnwanted(reception, request, owner);
      const stored = await storeAll(wanted, owner, request, inbound);
      if (source?.managedBy !== undefined) await storeControl(reception.events, source, request);
      // The types of a push are known when the scheduler has made events of it.
      if (tenant !== undefined && pushOwnerOf(source) === undefined)
        for (const { event } of wanted) context.eventTypes.noteSeen(tenant, event.type);
      if (source && stored.length > 0) context.receipts.note(source.id);
      noteControl(wanted, stored, source);
      const isRepeat = noteDuplicates(wanted, stored, request, owner);
      const isFiltered = wanted.length < reception.events.length && stored.length === 0;
      const outcome = isRepeat ? 'duplicate' : isFiltered ? 'filtered' : 'accepted';
      metrics.requests.inc({ provider: provider.id, outcome });
      const named = isFiltered ? reception.events : wanted.map(({ event }) => event);
      logReceived(reply, owner, outcome, named, stored);
      return send(reply, toReceipt(provider, reception.answer, stored, source?.answer));
    } catch (error) {
      return answerRefusal(request, reply, owner, toRefusal(toStoreError(error)));
    }
  }

  function storeAll(
    wanted: readonly WantedEvent[],
    owner: RequestOwner,
    request: FastifyRequest,
    inbound: InboundRequest,
  ): Promise<AcceptedEvent[]> {
    const pushFor = pushOwnerOf(owner.source);
    // A push has no tenant yet: the application that it is for takes its place.
    const tenant = pushFor ?? (tenantOf(owner) as string);
    const receivedAtMs = context.receiptClock.nowMs();
    const provider = providerOf(owner) as Provider;
    const sender = owner.source?.id ?? provider.id;
    const traceparent = requestTraceparent(request);
    const hops = context.hopCounts.read(request.headers[HOPS_HEADER]);
    const withinMs = publishTimeoutMs(provider.answer.deadlineMs, context.publishDeadlineMs);
    const ids = wanted.map(() => nextEventId(receivedAtMs));
    const events = wanted.map(({ event }) => event);
    const keeping =
      pushFor === undefined
        ? keepFor(events, ids, provider, tenant, request, inbound, owner.source)
        : undefined;
    const storeWith = (kept: DraftRequest | undefined) => {
      const storing = wanted.map(({ event, repeatKey }, index) => {
        const id = ids[index] as string;
        return acceptor.accept(
          toEvent(id, {
            type: event.type,
            source: event.source,
            subject: event.subject,
            timeMs: event.timeMs,
            tenant,
            provider: provider.id,
            providerDeliveryId: event.deliveryId,
            action: event.action,
            repository: event.repository,
            via: 'webhook',
            control: event.control,
            dedupeKey: sourceDedupeKey(sender, repeatKey?.key ?? id),
            dedupeWindowMs: repeatKey?.windowMs,
            traceparent,
            hops,
            receivedAtMs,
            payload: event.payload,
            request: kept,
            pushFor,
          }),
          withinMs,
        );
      });
      const [first] = storing;
      return first && storing.length === 1 ? first.then((outcome) => [outcome]) : Promise.all(storing);
    };
    return keeping instanceof Promise ? keeping.then(storeWith) : storeWith(keeping);
  }

  /** Stores for the scheduler what a provider said about a connection's subscription. */
  async function storeNotice(
    name: 'handshake' | 'control',
    notice: object,
    { id: sourceId, tenant, provider, managedBy }: ActiveSource,
    request: FastifyRequest,
  ): Promise<void> {
    const receivedAtMs = context.receiptClock.nowMs();
    const id = nextEventId(receivedAtMs);
    const draft = toEvent(id, {
      type: `${provider.id}.${name}`,
      source: `/${provider.id}`,
      tenant: tenant ?? (managedBy as string),
      provider: provider.id,
      via: 'webhook',
      dedupeKey: sourceDedupeKey(sourceId, id),
      traceparent: requestTraceparent(request),
      receivedAtMs,
      payload: Buffer.from(JSON.stringify({ sourceId, ...notice }), 'utf8'),
      pushFor: managedBy,
    });
    await acceptor.accept(draft, publishTimeoutMs(provider.answer.deadlineMs, context.publishDeadlineMs));
  }

  /** The first message of a request about the subscription, for the scheduler. That of an application is a push. */
  async function storeControl(
    events: readonly NormalizedEvent[],
    source: ActiveSource,
    request: FastifyRequest,
  ): Promise<void> {
    if (pushOwnerOf(source) !== undefined) return;
    const said = events.find(({ control }) => control !== undefined);
    if (said) await storeNotice('control', { ...said.control, type: said.type }, source, request);
  }

  /** The kept request of the events. Undefined: it is not stored. */
  function keepFor(
    events: readonly NormalizedEvent[],
    ids: readonly string[],
    provider: Provider,
    tenant: string,
    request: FastifyRequest,
    inbound: InboundRequest,
    source: ActiveSource | undefined,
  ): DraftRequest | undefined | Promise<DraftRequest | undefined> {
    const [first] = events;
    if (!first || source?.keepsRequests === false) return undefined;
    const encoded = keepRequest({
      method: inbound.method,
      target: request.url,
      origin: context.publicUrl,
      rawHeaders: request.raw.rawHeaders,
      connection: request.headers.connection,
      body: inbound.rawBody,
      payload: events.length === 1 ? first.payload : undefined,
      secrets: requestSecretsOf(provider, source?.options),
      seal: (plain) => context.sealRequestSecret(tenant, plain),
    });
    const toDraft = (bytes: Buffer | undefined): DraftRequest | undefined => {
      if (bytes === undefined) return undefined;
      const id = events.length === 1 ? undefined : ids[0];
      const isShared = id !== undefined && bytes.length * events.length > MAX_TRAVELLING_BYTES;
      return { bytes, id, ref: isShared ? `${id}.request` : undefined };
    };
    return encoded instanceof Promise ? encoded.then(toDraft) : toDraft(encoded);
  }

  /** A webhook with several events gets one line, with the first event and their number. */
  function logReceived(
    reply: FastifyReply,
    owner: RequestOwner,
    outcome: 'answered' | 'accepted' | 'duplicate' | 'filtered',
    events: readonly NormalizedEvent[],
    stored: readonly AcceptedEvent[],
  ): void {
    spanOf(reply.request)?.setAttributes({
      ...spanAttributesOf(owner),
      'hookline.outcome': outcome,
      'hookline.event.type': events[0]?.type,
      'hookline.event.id': stored[0]?.id,
      'hookline.event.count': events.length,
    });
    receivedLog.write(
      () => ({
        ...describeOwner(owner),
        type: events[0]?.type,
        eventId: stored[0]?.id,
        events: events.length > 1 ? events.length : undefined,
        outcome,
        ms: elapsedMs(reply),
      }),
      'webhook.received',
    );
  }

  /** @returns the events that the source stores; the others are recorded as filtered or withheld */
  function dropUnwanted(
    { events, repeatKeys }: Extract<Reception, { kind: 'events' }>,
    request: FastifyRequest,
    owner: RequestOwner,
  ): readonly WantedEvent[] {
    const { wantsType, withholds } = owner.source ?? {};
    const all = events.map((event, index) => ({ event, repeatKey: repeatKeys[index] }));
    if (withholds) {
      for (const { event } of all) {
        const { type, deliveryId: providerDeliveryId = null } = event;
        const reason = `The connection of the source is paused or has no grant: the request was answered as accepted, but its event ${type} was not stored.`;
        keep(request, owner, { code: 'withheld', reason, eventId: null, providerDeliveryId });
      }
      return [];
    }
    if (!wantsType) return all;
    return all.filter(({ event: { type, deliveryId: providerDeliveryId = null } }) => {
      if (wantsType(type)) return true;
      const reason = `The source does not store events of the type ${type}: the request was answered as accepted, but the event was not stored.`;
      keep(request, owner, { code: 'filtered', reason, eventId: null, providerDeliveryId });
      return false;
    });
  }

  /** What the source shows about the subscription at the provider. */
  function noteControl(
    wanted: readonly WantedEvent[],
    stored: readonly AcceptedEvent[],
    source: ActiveSource | undefined,
  ): void {
    for (const [index, { event }] of wanted.entries()) {
      const { control, type } = event;
      const outcome = stored[index];
      if (control === undefined || outcome === undefined || outcome.duplicate) continue;
      context.subscriptions.note(source, { ...control, type, eventId: outcome.id });
    }
  }

  /** @returns whether every event of the request is a repeat */
  function noteDuplicates(
    events: readonly WantedEvent[],
    stored: readonly AcceptedEvent[],
    request: FastifyRequest,
    owner: RequestOwner,
  ): boolean {
    let repeats = 0;
    for (const [index, outcome] of stored.entries()) {
      if (!outcome.duplicate) continue;
      repeats++;
      metrics.duplicates.inc({ provider: providerOf(owner)?.id ?? 'unknown' });
      keep(request, owner, {
        code: 'duplicate',
        reason: `A repeat of ${outcome.id}: it was answered as a repeat and is not delivered again.${describeOtherContent(outcome.otherContent)}${describeRetry(providerOf(owner), request)}`,
        eventId: outcome.id,
        providerDeliveryId: events[index]?.event.deliveryId ?? null,
      });
    }
    return repeats > 0 && repeats === stored.length;
  }

  function answerRefusal(
    request: FastifyRequest,
    reply: FastifyReply,
    owner: RequestOwner,
    refusal: Refusal,
  ): FastifyReply {
    const provider = providerOf(owner)?.id ?? 'unknown';
    const status = harmlessStatus(providerOf(owner), refusal.status);
    // A sender's mistake counts against its address; our own failures do not.
    const state =
      refusal.status < 500 && refusal.status !== 429 ? limits.countRefused(request.ip) : undefined;
    if (state) reply.headers(rateLimitHeaders(state));
    if (state?.exceeded) return answerRefusal(request, reply, owner, toRefusal(rateLimited(state)));
    metrics.requests.inc({ provider, outcome: refusal.code });
    spanOf(request)?.setAttributes({
      ...spanAttributesOf(owner),
      'hookline.outcome': 'refused',
      'hookline.error.code': refusal.kept.code,
    });
    // No further rejections are recorded for an address over its limit.
    if (refusal.status !== 429 || owner.verified)
      keep(request, owner, { ...refusal.kept, eventId: null, providerDeliveryId: null });
    if (refusal.status >= 500) {
      const fields = {
        ...describeOwner(owner),
        status,
        code: refusal.code,
        reason: refusal.kept.reason,
        ms: elapsedMs(reply),
        requestId: request.id,
        ...(refusal.error === undefined ? {} : { err: refusal.error }),
      };
      log.error(refusal.code, fields, 'webhook.refused');
    } else {
      refusedLog.write(
        () => ({
          ...describeOwner(owner),
          status,
          code: refusal.kept.code,
          // For an address without a source the reason quotes text of an unknown sender.
          ...(owner.address === undefined ? {} : { reason: refusal.kept.reason }),
          ms: elapsedMs(reply),
          requestId: request.id,
        }),
        'webhook.refused',
      );
    }
    if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', refusal.retryAfterSeconds);
    if (refusal.allow !== undefined) reply.header('allow', refusal.allow);
    const body = { error: refusal.message, code: refusal.code, requestId: request.id };
    return reply
      .code(status)
      .header('content-type', 'application/json; charset=utf-8')
      .send(JSON.stringify(body));
  }

  function keep(
    request: FastifyRequest,
    owner: RequestOwner,
    details: { code: string; reason: string; eventId: string | null; providerDeliveryId: string | null },
  ): void {
    rejections.keep({
      tenant: tenantOf(owner) ?? null,
      provider: providerOf(owner)?.id ?? 'unknown',
      sourceId: owner.source?.id ?? null,
      ...details,
      refused: owner.refused,
      // The answer has this id: a person finds the rejection by it.
      headers: { ...request.raw.headers, 'x-request-id': request.id },
      body: Buffer.isBuffer(request.body) ? request.body : NO_BODY,
    });
  }

  return {
    receive,
    refuse: (error, request, reply, address) =>
      answerRefusal(request, reply, { address, source: sourceAt(address) }, toRefusal(error)),
  };

  function sourceAt(address: Address | undefined): ActiveSource | undefined {
    if (address?.kind === 'token') return directory.byToken(address.token);
    return address && directory.byAddress(address.tenant, address.provider.id)[0];
  }
}

function providerOf({ source, address }: RequestOwner): Provider | undefined {
  return source?.provider ?? (address?.kind === 'tenant' ? address.provider : undefined);
}

/** The OAuth application whose pushes the source receives. Undefined: its requests are a tenant's events. */
function pushOwnerOf(source: ActiveSource | undefined): string | undefined {
  const { managedBy } = source ?? {};
  return managedBy?.startsWith(`${ID_PREFIX.oauthApp}_`) ? managedBy : undefined;
}

/** Some providers delete a subscription after a 410 or stop sending after a 401: they get another status. */
function harmlessStatus(provider: Provider | undefined, status: number): number {
  const { harmfulStatuses } = provider ?? {};
  return harmfulStatuses?.effects[status] === undefined ? status : harmfulStatuses.instead;
}

function tenantOf({ source, address }: RequestOwner): string | undefined {
  if (source) return source.tenant;
  return address?.kind === 'tenant' ? address.tenant : undefined;
}

/** The first fields of every log line about a webhook. */
function describeOwner(owner: RequestOwner) {
  return {
    provider: providerOf(owner)?.id ?? 'unknown',
    tenant: tenantOf(owner),
    sourceId: owner.source?.id,
  };
}

const spanAttributesOf = (owner: RequestOwner) => ({
  'hookline.provider': providerOf(owner)?.id,
  'hookline.tenant': tenantOf(owner),
  'hookline.source.id': owner.source?.id,
});

/** @returns undefined for an address without a source: no tenant can see the record */
function toRefused(
  owner: RequestOwner,
  request: InboundRequest,
  rejection: RefusedRequest['rejection'],
  isSigned: boolean,
): RefusedRequest | undefined {
  const [provider, tenant] = [providerOf(owner), tenantOf(owner)];
  if (!provider || tenant === undefined) return undefined;
  return { source: owner.source, provider, tenant, request, rejection, isSigned };
}

function toInboundRequest(request: FastifyRequest, publicUrl: string): InboundRequest {
  const { raw } = request;
  const queryAt = request.url.indexOf('?');
  return {
    method: request.method,
    headers: toDistinctHeaders(raw),
    // The URL as the provider calls it, before proxies: some providers sign it.
    url: `${publicUrl}${request.url}`,
    query: queryAt === -1 ? NO_QUERY : new URLSearchParams(request.url.slice(queryAt + 1)),
    rawBody: Buffer.isBuffer(request.body) ? request.body : NO_BODY,
    receivedAtMs: Date.now(),
  };
}

function toRefusal(error: unknown): Refusal {
  const { statusCode, code, message, retryAfterSeconds, cause } = toApiError(error);
  // Internal causes are for the log, not for a tenant.
  if (code === 'internal') {
    return { status: statusCode, code, message, kept: { code, reason: message }, error: cause };
  }
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return { status: statusCode, code, message, retryAfterSeconds, kept: { code, reason } };
}

function send(reply: FastifyReply, answer: HttpAnswer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}
