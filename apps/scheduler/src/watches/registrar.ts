import { identifierAt, parsePointer, pointedValue } from '@hookline/json';
import { type TemplateValues, toldText } from '@hookline/providers';
import { callOrRefuse, ProviderRefusal, readPages } from '../polls/read-pages.ts';
import { isSuccess } from '../provider-api/answer-status.ts';
import type { ProviderAnswer, ProviderApi } from '../provider-api/provider-api.ts';
import { accountKeyOf } from '../provider-api/quota-groups-of.ts';
import { describeRefusal, textOfAnswer, type WatchFault } from './describe-refusal.ts';
import { readExpiryMs } from './read-expiry.ts';
import { callOf, eventsOf, type WatchRun } from './watch-run.ts';
import type { WatchSources } from './watch-source.ts';
import type { WritePacer } from './write-pacer.ts';

/** What a provider has registered. */
export interface Registered {
  readonly webhookId: string | null;
  readonly webhookUrl: string;
  readonly events: string[] | null;
  readonly expiresAtMs: number | undefined;
}

/** The state of a watch at its provider. */
export type Checked =
  | {
      readonly state: 'right';
      readonly lastFault: WatchFault | undefined;
      /** The provider says that its last push was answered with a success. */
      readonly lastArrived: boolean;
    }
  /** Somebody removed or changed it. */
  | { readonly state: 'removed' | 'changed' }
  | { readonly state: 'gone' };

/** The requests by which a watch is made, renewed, checked and stopped. They can all be repeated. */
export interface Registrar {
  /**
   * Makes a watch or renews it. One that exists already is changed and not made a second time.
   * @param renewSecret whether the provider gets a new secret
   * @throws WatchFaultError; what a call to the provider throws
   */
  register(run: WatchRun, renewSecret: boolean): Promise<Registered>;
  /** @throws WatchFaultError; what a call to the provider throws */
  check(run: WatchRun): Promise<Checked>;
  /** The name that the resource has now; undefined if the provider does not have it any more. */
  readName(run: WatchRun): Promise<string | undefined>;
  /**
   * Stops a watch, also if a registration has given it another id than the one that is known. One that does not exist is
   * a success.
   * @throws ProviderRefusal; what a call to the provider throws
   */
  stop(run: WatchRun): Promise<void>;
}

/** Something is in the way of a watch that a person must know. */
export class WatchFaultError extends Error {
  override readonly name = 'WatchFaultError';
  readonly code: string;

  constructor({ code, message }: WatchFault, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const MAX_EXISTING = 500;
const ABSENT: ReadonlySet<number> = new Set([404, 410]);

export function createRegistrar(parts: {
  api: ProviderApi;
  sources: WatchSources;
  pacer: WritePacer;
}): Registrar {
  const { api, sources, pacer } = parts;

  async function write(
    run: WatchRun,
    request: WatchRun['specification']['create'],
    values: TemplateValues = {},
  ): Promise<ProviderAnswer> {
    const { connection, app, specification, signal } = run;
    const account = accountKeyOf(connection.provider, connection.accountId, app);
    await pacer.wait(account, specification.writeGapSeconds, signal);
    return await callOrRefuse(api, callOf(run, request, values));
  }

  /** @throws WatchFaultError for a setting that only a person can give */
  function checkNeeds({ specification, connection, app }: WatchRun): void {
    for (const [name, message] of Object.entries(specification.needs ?? {})) {
      const value = name === 'topicName' ? app.settings.topic : connection.settings.values?.[name];
      if (value === undefined || value === '')
        throw new WatchFaultError({ code: 'setting_missing', message });
    }
  }

  async function register(run: WatchRun, renewSecret: boolean): Promise<Registered> {
    const { specification, connection, connectable } = run;
    checkNeeds(run);
    const isOwn = specification.receiver === 'source';
    const made = isOwn
      ? await sources.ensure(run.row, connection, specification, connectable, renewSecret)
      : { row: run.row, secret: undefined };
    const current: WatchRun = { ...run, row: made.row };
    const events = eventsOf(current);
    const values: TemplateValues = {
      callbackUrl: made.row.webhookUrl === '' ? undefined : made.row.webhookUrl,
      secret: made.secret,
      events: events === undefined ? undefined : [...events],
    };
    return await refusalAsFault(run, async () => {
      const existing = await findExisting(current, made.row.webhookUrl);
      const answer = await makeOrChange(current, existing, values);
      const { subscriptionId } = specification;
      const told =
        subscriptionId === undefined ? undefined : identifierAt(answer.body, answer.json, subscriptionId);
      return {
        webhookId: told ?? existing ?? null,
        webhookUrl: made.row.webhookUrl,
        events: events === undefined ? null : [...events],
        expiresAtMs: readExpiryMs(specification, answer.json, run.nowMs()),
      };
    });
  }

  async function makeOrChange(
    run: WatchRun,
    existing: string | undefined,
    values: TemplateValues,
  ): Promise<ProviderAnswer> {
    const { create, change, stopFirst, stop } = run.specification;
    if (existing !== undefined && change !== undefined) {
      return await write(run, change, { ...values, subscriptionId: existing });
    }
    try {
      return await write(run, create, values);
    } catch (error) {
      const isOther =
        stopFirst !== undefined &&
        error instanceof ProviderRefusal &&
        error.answer.status === stopFirst.status &&
        textOfAnswer(error.answer).includes(stopFirst.contains);
      if (!isOther) throw error;
      // Once: if another application watches, it would start again.
      await write(run, stop);
      return await write(run, create, values);
    }
  }

  /** The provider's id of a watch with this address. */
  async function findExisting(run: WatchRun, callbackUrl: string): Promise<string | undefined> {
    const { existing } = run.specification;
    if (existing === undefined) return undefined;
    const { request, items, pages, callbackUrl: urlAt, subscriptionId } = existing;
    const found = await readPages(api, callOf(run, request), { items, pages, max: MAX_EXISTING });
    const ours = found.find(({ value }) => textAt(value, urlAt) === callbackUrl);
    return ours && identifierAt(ours.bytes, ours.value, subscriptionId);
  }

  async function check(run: WatchRun): Promise<Checked> {
    const { specification, row } = run;
    if (specification.check === undefined)
      return { state: 'right', lastFault: undefined, lastArrived: false };
    if (row.webhookId === null) return { state: 'removed' };
    const { request, active, events, callbackUrl, lastStatus, lastMessage } = specification.check;
    const answer = await api.call(callOf(run, request));
    if (ABSENT.has(answer.status)) return await afterAbsence(run);
    if (answer.judged.verdict !== 'ok') {
      throw new WatchFaultError(describeRefusal(answer, specification), {
        cause: new ProviderRefusal(answer),
      });
    }
    const isRight =
      pointed(answer.json, active) === true &&
      textAt(answer.json, callbackUrl) === row.webhookUrl &&
      sameTexts(pointed(answer.json, events), eventsOf(run));
    if (!isRight) return { state: 'changed' };
    const status = pointed(answer.json, lastStatus);
    return {
      state: 'right',
      lastFault: describeLast(specification, status, textAt(answer.json, lastMessage)),
      lastArrived: typeof status === 'number' && isSuccess(status),
    };
  }

  /** A hook that is absent was removed, if its resource is still there. */
  async function afterAbsence(run: WatchRun): Promise<Checked> {
    const { specification } = run;
    if (specification.existing === undefined) return { state: 'removed' };
    const answer = await api.call(callOf(run, specification.existing.request));
    if (answer.judged.verdict === 'ok') return { state: 'removed' };
    if (ABSENT.has(answer.status) && (await readName(run)) === undefined) return { state: 'gone' };
    throw new WatchFaultError(describeRefusal(answer, specification), { cause: new ProviderRefusal(answer) });
  }

  async function readName(run: WatchRun): Promise<string | undefined> {
    const { resources } = run.specification;
    if (resources === undefined) return run.row.resourceName ?? run.row.resource;
    const answer = await api.call(callOf(run, resources.byId));
    if (ABSENT.has(answer.status)) return undefined;
    if (answer.judged.verdict !== 'ok') throw new ProviderRefusal(answer);
    return textAt(answer.json, resources.name) ?? run.row.resourceName ?? run.row.resource;
  }

  async function stop(run: WatchRun): Promise<void> {
    const { specification, row } = run;
    const isKnown = specification.subscriptionId === undefined || row.webhookId !== null;
    if (isKnown && (await stopOne(run))) return;
    const other = await findOther(run);
    if (other !== undefined) await stopOne({ ...run, row: { ...row, webhookId: other } });
  }

  /** @returns false: the provider does not have it, or does not show it */
  async function stopOne(run: WatchRun): Promise<boolean> {
    const { webhookUrl } = run.row;
    try {
      await write(run, run.specification.stop, { callbackUrl: webhookUrl === '' ? undefined : webhookUrl });
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  /** A watch with the address of this one. A resource that is gone has none. */
  async function findOther(run: WatchRun): Promise<string | undefined> {
    if (run.specification.existing === undefined || run.row.webhookUrl === '') return undefined;
    try {
      return await findExisting(run, run.row.webhookUrl);
    } catch (error) {
      if (isAbsent(error) && (await readName(run)) === undefined) return undefined;
      throw error;
    }
  }

  return { register, check, readName, stop };
}

const isAbsent = (error: unknown): boolean =>
  error instanceof ProviderRefusal && ABSENT.has(error.answer.status);

async function refusalAsFault<T>({ specification }: WatchRun, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProviderRefusal)) throw error;
    throw new WatchFaultError(describeRefusal(error.answer, specification), { cause: error });
  }
}

/** What the provider says of its last push. */
function describeLast(
  { deliveries }: WatchRun['specification'],
  status: unknown,
  message: string | undefined,
): WatchFault | undefined {
  if (typeof status !== 'number' || isSuccess(status)) return undefined;
  const words = message === undefined ? '' : ` (${toldText(message)})`;
  const remedy =
    deliveries === undefined
      ? 'Missed events are found by polling.'
      : "Missed events are read from the provider's own log.";
  return {
    code: 'last_push_failed',
    message: `The provider says that its last push was answered ${status}${words}. ${remedy}`,
  };
}

const pointed = (json: unknown, pointer: string) => pointedValue(json, parsePointer(pointer));

function textAt(json: unknown, pointer: string): string | undefined {
  const value = pointed(json, pointer);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function sameTexts(given: unknown, wanted: readonly string[] | undefined): boolean {
  if (wanted === undefined) return true;
  if (!Array.isArray(given)) return false;
  const set = new Set(wanted);
  return given.length === set.size && given.every((each) => set.has(each));
}
