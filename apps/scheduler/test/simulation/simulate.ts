import type { WatchSpecification } from '@hookline/providers';
import { BreakerOpenError } from '../../src/provider-api/provider-api.ts';
import { QuotaExhaustedError } from '../../src/provider-api/quota-book.ts';
import type { QuotaGroup } from '../../src/provider-api/quota-groups-of.ts';
import { LATE_SECONDS } from '../../src/tasks/spread-late-tasks.ts';
import type { TaskDefinition, TaskResult } from '../../src/tasks/task.ts';
import { ConnectionUnavailableError } from '../../src/tokens/access-tokens.ts';
import { LATE_TOKEN_SECONDS } from '../../src/tokens/refresh-worker.ts';
import { TOKEN_LEASE_MS } from '../../src/tokens/refresher.ts';
import { DAY_MS, type Fault } from './faults.ts';
import { Heap } from './heap.ts';
import {
  createPopulation,
  type Platform,
  type SimulatedApp,
  type SimulatedConnection,
} from './population.ts';
import { ProviderServers, type SimulatedAnswer } from './provider-servers.ts';
import { type ModelGroup, QuotaModel } from './quota-model.ts';
import { createRandom } from './random.ts';
import type { Rules } from './rules.ts';
import { type ModelTask, TaskModel } from './task-model.ts';

export interface Scenario {
  readonly connections: number;
  readonly platforms: readonly Platform[];
  /** The first midnight in UTC. */
  readonly startMs: number;
  readonly days: number;
  readonly faults: readonly Fault[];
  /** The same number gives the same week. */
  readonly draw: number;
  /** Default: drawn, as many as `connections` of `platforms`. */
  readonly population?: readonly SimulatedConnection[];
}

/** A gap between two successful polls that is longer than the interval and the lease allow. */
export interface LateGap {
  readonly task: string;
  readonly provider: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly allowedMs: number;
  /** A quota group that had no room for the task within the gap, and whether the provider had refused calls of it. */
  readonly postponedBy: { readonly key: string; readonly isRefused: boolean } | undefined;
  /** The task had not run before: all tasks of a connection are due at once when it is made. */
  readonly isFirst: boolean;
}

export interface Lapse {
  readonly provider: string;
  readonly lapsedMs: number;
  readonly lifeMs: number;
}

export interface Week {
  readonly scenario: Scenario;
  /** Calls in each minute since the start, by provider, except those that a person asked for. */
  readonly calls: ReadonlyMap<Platform, Uint32Array>;
  readonly polls: { kept: number; stretched: number; late: LateGap[] };
  /** The stretch of each quota group at its largest. */
  readonly stretches: ReadonlyMap<string, number>;
  readonly watches: { renewed: number; lapses: Lapse[] };
  /** Waits between due time and claim, in ms: the mean of each tenant of each application. */
  readonly waits: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Groups of which more units were used or reserved than there are. */
  readonly overdrawn: readonly string[];
  readonly mostYouTubeUnits: number;
  /** Calls that a provider refused as one too many, outside of faults. */
  readonly refusals: ReadonlyMap<string, number>;
  readonly refreshes: { succeeded: number; failed: number; deadGrants: Map<string, number> };
  readonly totals: { calls: number; onDemand: number; runs: number; collapsed: number };
}

interface Token {
  generation: number;
  /** The generation that the provider accepts. */
  liveGeneration: number;
  expiresMs: number;
  dueMs: number;
  leaseUntilMs: number;
  attempted: boolean;
  failures: number;
  refusedOnce: boolean;
  /** Runs that wait for the exchange under way. */
  waiters: (() => void)[];
}

interface Connection extends SimulatedConnection {
  token: Token | undefined;
  isOver: boolean;
  tasks: Task[];
}

interface Task extends ModelTask {
  readonly connection: Connection;
  readonly name: string;
  readonly server: 'api' | 'hub';
  readonly path: string;
  readonly host: string;
  readonly groups: readonly QuotaGroup[];
  readonly loads: readonly ModelGroup[];
  readonly quotaCost: number;
  readonly watch: WatchSpecification | undefined;
  watchEndsMs: number | undefined;
  countsAsMs: number;
  stretchSince: number;
  postponedBy: LateGap['postponedBy'];
}

interface Replica {
  readonly index: number;
  /** Counts its starts; 0: it does not run. */
  incarnation: number;
  running: number;
  runningByApp: Map<string, number>;
  exchanges: number;
  exchangesByApp: Map<string, number>;
  breakers: Map<string, ReturnType<Rules['createBreaker']>>;
  startedMs: number;
  spreadAtMs: number;
  refreshAtMs: number;
}

/** The options of the workers, see `task-worker.ts` and `refresh-worker.ts`. */
const SLOTS = 50;
const SHARE = 20;
/** A run renews its lease of 30 s. Leases of the model are not renewed, so the work of a killed replica comes back later. */
const LEASE_MS = 300_000;
const TICK_MS = 1_000;
const SPREAD_EVERY_MS = 10_000;
const SPREAD_BATCH = 1_000;
const CANDIDATES = 5_000;
const GOVERN_EVERY_MS = 300_000;
const REFRESH_TICK_MS = 3_000;
const MAX_EXCHANGES = 30;
const MAX_EXCHANGES_PER_APP = 10;
const REPLICAS = 2;

/** Runs the scheduler's decisions for a population of accounts in virtual time. */
export function simulate(scenario: Scenario, rules: Rules): Week {
  return new Simulation(scenario, rules).run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #rules: Rules;
  readonly #random: () => number;
  readonly #servers: ProviderServers;
  readonly #tasks = new TaskModel<Task>();
  readonly #quotas = new QuotaModel();
  readonly #tokens = new Heap<{ dueMs: number; connection: Connection }>();
  readonly #events = new Heap<() => void>();
  readonly #replicas: Replica[];
  readonly #allTasks: Task[] = [];
  readonly #calls = new Map<Platform, Uint32Array>();
  readonly #waits = new Map<string, Map<string, { sum: number; count: number }>>();
  readonly #stretches = new Map<string, number>();
  readonly #series = new Map<string, number>();
  readonly #overdrawn = new Set<string>();
  readonly #week;
  #nowMs: number;
  #created = 0;
  #isChanged = true;

  constructor(scenario: Scenario, rules: Rules) {
    this.#scenario = scenario;
    this.#rules = rules;
    this.#random = createRandom(scenario.draw);
    this.#nowMs = scenario.startMs;
    this.#servers = new ProviderServers({
      faults: scenario.faults,
      random: createRandom(scenario.draw + 1),
      startMs: scenario.startMs,
    });
    this.#replicas = Array.from({ length: REPLICAS }, (_, index) => ({
      index,
      incarnation: 1,
      running: 0,
      runningByApp: new Map(),
      exchanges: 0,
      exchangesByApp: new Map(),
      breakers: new Map(),
      startedMs: 0,
      spreadAtMs: 0,
      refreshAtMs: 0,
    }));
    for (const platform of scenario.platforms)
      this.#calls.set(platform, new Uint32Array(scenario.days * 1_440));
    this.#week = {
      polls: { kept: 0, stretched: 0, late: [] as LateGap[] },
      watches: { renewed: 0, lapses: [] as Lapse[] },
      refreshes: { succeeded: 0, failed: 0, deadGrants: new Map<string, number>() },
      totals: { calls: 0, onDemand: 0, runs: 0, collapsed: 0 },
    };
  }

  run(): Week {
    const scenario = this.#scenario;
    const population =
      scenario.population ?? createPopulation(scenario.connections, scenario.platforms, this.#random);
    for (const one of population) {
      const connection: Connection = { ...one, token: undefined, isOver: false, tasks: [] };
      this.#at(scenario.startMs + one.connectMs, () => this.#connect(connection));
    }
    for (const fault of scenario.faults) this.#declare(fault, population.length);
    const endMs = scenario.startMs + scenario.days * DAY_MS;
    let governMs = scenario.startMs;
    for (let tickMs = scenario.startMs; tickMs < endMs; tickMs += TICK_MS / REPLICAS) {
      this.#runEvents(tickMs);
      this.#nowMs = tickMs;
      const replica = this.#replicas[(tickMs / (TICK_MS / REPLICAS)) % REPLICAS];
      if (replica === undefined || replica.incarnation === 0) continue;
      this.#spreadLate(replica);
      this.#claim(replica);
      if (tickMs >= replica.refreshAtMs) {
        replica.refreshAtMs = tickMs + REFRESH_TICK_MS;
        this.#spreadLateTokens();
        this.#claimTokens(replica);
      }
      if (tickMs >= governMs) {
        governMs = (Math.floor(tickMs / GOVERN_EVERY_MS) + 1) * GOVERN_EVERY_MS;
        this.#govern();
      }
    }
    this.#nowMs = endMs;
    for (const task of this.#allTasks) {
      if (task.connection.isOver) continue;
      if (task.kind === 'poll') this.#judgeGap(task);
      if (task.kind === 'watch') this.#judgeWatch(task);
    }
    return {
      scenario,
      calls: this.#calls,
      ...this.#week,
      stretches: this.#stretches,
      waits: new Map(
        [...this.#waits].map(([app, tenants]) => [
          app,
          new Map(
            [...tenants].flatMap(([tenant, { sum, count }]) =>
              // The mean of a few waits says little.
              count < 50 ? [] : [[tenant, sum / count] as const],
            ),
          ),
        ]),
      ),
      overdrawn: [...this.#overdrawn],
      mostYouTubeUnits: this.#servers.mostYouTubeUnits,
      refusals: this.#servers.refusals,
    };
  }

  #at(timeMs: number, event: () => void): void {
    this.#events.push(timeMs, event);
  }

  #runEvents(untilMs: number): void {
    while (this.#events.leastKey <= untilMs) {
      this.#nowMs = Math.max(this.#nowMs, this.#events.leastKey);
      this.#events.pop()?.();
    }
  }

  #declare({ how, fromMs, toMs, replicas = 0, providers }: Fault, connections: number): void {
    const { startMs } = this.#scenario;
    if (how === 'replicas-down') {
      for (const replica of this.#replicas.slice(REPLICAS - replicas)) {
        const next = replica.incarnation + 1;
        this.#at(startMs + fromMs, () => {
          replica.incarnation = 0;
        });
        this.#at(startMs + toMs, () => {
          Object.assign(replica, {
            incarnation: next,
            startedMs: this.#nowMs,
            running: 0,
            exchanges: 0,
            runningByApp: new Map(),
            exchangesByApp: new Map(),
            breakers: new Map(),
            spreadAtMs: 0,
          });
        });
      }
    }
    if (how === 'burst-of-a-tenant') {
      this.#at(startMs + fromMs, () => {
        for (const task of this.#allTasks.slice(0, connections * 20)) {
          const isWanted = providers.includes(task.connection.facts.provider) && task.tenant === 'tenant1';
          if (!isWanted || task.kind !== 'poll' || task.isPaused || task.leaseId !== null) continue;
          task.onDemand = true;
          task.dueMs = this.#nowMs;
          this.#tasks.put(task);
        }
      });
    }
  }

  // ------------------------------------------------------------------------------------------- connections
  #connect(connection: Connection): void {
    const { app, facts } = connection;
    const { tokenLifeSeconds } = app;
    if (tokenLifeSeconds !== undefined) {
      connection.token = {
        generation: 0,
        liveGeneration: 1,
        expiresMs: 0,
        dueMs: 0,
        leaseUntilMs: 0,
        attempted: false,
        failures: 0,
        refusedOnce: false,
        waiters: [],
      };
      this.#storeToken(connection, connection.token, tokenLifeSeconds);
    }
    for (const poll of app.connectable.polling ?? []) {
      if (poll.resources === undefined) {
        this.#addTask(
          connection,
          this.#rules.definePoll(app.connectable, poll, facts, app.facts),
          poll.request.url,
        );
        continue;
      }
      this.#addTask(
        connection,
        { kind: 'resources', name: poll.id, intervalSeconds: 86_400 },
        poll.resources.request.url,
      );
      for (const resource of connection.resources) {
        const definition = this.#rules.definePoll(app.connectable, poll, facts, app.facts, resource);
        this.#addTask(connection, definition, poll.request.url);
      }
    }
    for (const watch of app.connectable.watches ?? []) {
      if (watch.renewEverySeconds === undefined) continue;
      const { id, renewEverySeconds, create } = watch;
      const definition: TaskDefinition = { kind: 'watch', name: id, intervalSeconds: renewEverySeconds };
      this.#addTask(connection, definition, create.url, watch);
    }
  }

  #addTask(
    connection: Connection,
    definition: TaskDefinition,
    address: string,
    watch?: WatchSpecification,
  ): void {
    const id = `tsk_${this.#created++}`;
    const { facts, app } = connection;
    const url = new URL(address.replaceAll(/\{[A-Za-z]+\}/g, 'x'));
    const server = url.host === 'pubsubhubbub.appspot.com' ? 'hub' : 'api';
    const groups =
      server === 'hub' ? [] : this.#rules.quotaGroupsOf(app.connectable, facts, app.facts, url.pathname);
    const rows = groups.map((group) => this.#quotas.ensure(group, this.#nowMs));
    const keys = new Set(definition.quotaKeys ?? []);
    const task: Task = {
      id,
      appId: app.facts.id,
      tenant: facts.tenant,
      kind: definition.kind,
      name: definition.name,
      connection,
      server,
      path: url.pathname,
      host: url.host,
      groups,
      loads: rows.filter(({ key }) => keys.has(key)),
      quotaCost: definition.quotaCost ?? 1,
      intervalSeconds: definition.intervalSeconds,
      phase: this.#rules.phaseOfTask(
        { ...definition, appId: app.facts.id },
        this.#nextNumber(app, definition),
      ),
      losesAfterSeconds: definition.losesAfterSeconds ?? null,
      createdMs: this.#nowMs,
      stretch: 1,
      dueMs: this.#nowMs,
      onDemand: false,
      leaseId: null,
      isPaused: false,
      lastFinishedMs: null,
      lastSucceededMs: null,
      failures: 0,
      watch,
      watchEndsMs: undefined,
      countsAsMs: this.#nowMs,
      stretchSince: 1,
      postponedBy: undefined,
    };
    connection.tasks.push(task);
    this.#allTasks.push(task);
    this.#tasks.put(task);
    this.#isChanged = true;
  }

  #nextNumber(app: SimulatedApp, { kind, name }: TaskDefinition): number {
    const series = `${app.facts.id} ${kind} ${name}`;
    const number = this.#series.get(series) ?? 0;
    this.#series.set(series, number + 1);
    return number;
  }

  #isRevoked({ revokeMs }: Connection): boolean {
    return revokeMs !== undefined && this.#nowMs >= this.#scenario.startMs + revokeMs;
  }

  /** Only a new consent could help. */
  #end(connection: Connection, reason: string): void {
    if (connection.isOver) return;
    connection.isOver = true;
    for (const task of connection.tasks) task.isPaused = true;
    const { deadGrants } = this.#week.refreshes;
    deadGrants.set(reason, (deadGrants.get(reason) ?? 0) + 1);
    this.#isChanged = true;
  }

  // ------------------------------------------------------------------------------------------------ tokens
  #storeToken(connection: Connection, token: Token, lifeSeconds: number): void {
    token.generation++;
    const name = { connectionId: connection.facts.id, kind: 'access' };
    const seconds = this.#rules.secondsUntilRefresh(
      { ...name, lifeSeconds, refreshLifeSeconds: undefined, cameLate: token.failures > 0 },
      this.#nowMs,
    );
    token.expiresMs = this.#nowMs + lifeSeconds * 1_000;
    token.leaseUntilMs = 0;
    token.attempted = false;
    token.failures = 0;
    token.refusedOnce = false;
    this.#setTokenDue(connection, token, this.#nowMs + (seconds ?? Number.POSITIVE_INFINITY) * 1_000);
  }

  #setTokenDue(connection: Connection, token: Token, dueMs: number): void {
    token.dueMs = dueMs;
    if (dueMs !== Number.POSITIVE_INFINITY) this.#tokens.push(dueMs, { dueMs, connection });
  }

  /** `late-tokens.ts`: what was due while no replica ran. */
  #spreadLateTokens(): void {
    const lateMs = this.#nowMs - LATE_TOKEN_SECONDS * 1_000;
    while (this.#tokens.leastKey <= lateMs) {
      const entry = this.#tokens.pop();
      const token = entry?.connection.token;
      if (entry === undefined || token === undefined || token.dueMs !== entry.dueMs) continue;
      const name = { connectionId: entry.connection.facts.id, kind: 'access' };
      const life = entry.connection.app.tokenLifeSeconds ?? null;
      const seconds = this.#rules.secondsUntilLateRefresh(name, life, this.#nowMs);
      this.#setTokenDue(entry.connection, token, this.#nowMs + seconds * 1_000);
    }
  }

  /** `claim-due-tokens.ts`, until nothing is due or the replica is busy. */
  #claimTokens(replica: Replica): void {
    while (this.#tokens.leastKey <= this.#nowMs && replica.exchanges < MAX_EXCHANGES) {
      const skipped: { dueMs: number; connection: Connection }[] = [];
      let claimed = 0;
      const limit = MAX_EXCHANGES - replica.exchanges;
      while (claimed < limit && this.#tokens.leastKey <= this.#nowMs) {
        const entry = this.#tokens.pop();
        const token = entry?.connection.token;
        if (entry === undefined || token === undefined || token.dueMs !== entry.dueMs) continue;
        if (entry.connection.isOver) continue;
        const { appId } = entry.connection.facts;
        if ((replica.exchangesByApp.get(appId) ?? 0) >= MAX_EXCHANGES_PER_APP) {
          skipped.push(entry);
          continue;
        }
        claimed++;
        this.#exchange(replica, entry.connection, token);
      }
      for (const entry of skipped) this.#tokens.push(entry.dueMs, entry);
      if (claimed === 0) return;
    }
  }

  #exchange(replica: Replica, connection: Connection, token: Token): void {
    const { incarnation } = replica;
    const { facts, app } = connection;
    const attemptedBefore = token.attempted;
    token.attempted = true;
    token.leaseUntilMs = this.#nowMs + TOKEN_LEASE_MS;
    this.#setTokenDue(connection, token, token.leaseUntilMs);
    replica.exchanges++;
    count(replica.exchangesByApp, facts.appId, 1);
    this.#countCall(facts.provider, false);
    const rotates = app.connectable.oauth?.refresh.rotation === 'always';
    const isRefused = this.#isRevoked(connection) || (rotates && token.generation !== token.liveGeneration);
    const answer = this.#servers.call(
      {
        provider: facts.provider,
        server: 'token',
        accountId: facts.accountId,
        appId: facts.appId,
        path: '',
        cost: 0,
        isRevoked: isRefused,
      },
      this.#nowMs,
    );
    if (answer.status === 200) token.liveGeneration++;
    this.#at(this.#nowMs + answer.afterMs, () => {
      if (replica.incarnation === incarnation) {
        replica.exchanges--;
        count(replica.exchangesByApp, facts.appId, -1);
        this.#settleExchange(connection, token, answer, attemptedBefore);
      }
      for (const wake of token.waiters.splice(0)) wake();
    });
  }

  #settleExchange(
    connection: Connection,
    token: Token,
    answer: SimulatedAnswer,
    attemptedBefore: boolean,
  ): void {
    const { refreshes } = this.#week;
    const { oauth } = connection.app.connectable;
    if (answer.status === 200) {
      refreshes.succeeded++;
      this.#storeToken(connection, token, connection.app.tokenLifeSeconds ?? 0);
      return;
    }
    refreshes.failed++;
    const error = (answer.body as { error?: string } | undefined)?.error;
    const failure = { status: answer.status, error, mayHaveHappened: answer.status === undefined };
    const verdict = this.#rules.classifyFailure(failure, oauth?.refresh ?? { finalErrors: [] });
    const plan = this.#rules.planAfter(
      {
        connectionId: connection.facts.id,
        kind: 'access',
        generation: token.generation,
        failures: token.failures,
        attemptedBefore,
        refusedOnce: token.refusedOnce,
        unknownForSeconds: null,
        consentEnded: false,
      },
      { failure, verdict },
    );
    token.failures++;
    token.leaseUntilMs = 0;
    token.attempted = failure.mayHaveHappened;
    if (verdict.kind === 'grant') token.refusedOnce = true;
    if (plan.dueSeconds === undefined) this.#end(connection, plan.reason);
    else this.#setTokenDue(connection, token, this.#nowMs + plan.dueSeconds * 1_000);
  }

  /** `AccessTokens.get`: goes on with a valid token, or with what a run does without one. */
  #withToken(
    replica: Replica,
    connection: Connection,
    go: () => void,
    unavailable: (error: ConnectionUnavailableError) => void,
  ): void {
    const { token, facts, app } = connection;
    if (token === undefined) {
      go();
      return;
    }
    const isValid = () => {
      const needed = Math.min(60, (app.tokenLifeSeconds ?? 0) / 2);
      return token.expiresMs - this.#nowMs >= needed * 1_000;
    };
    const afterwards = () => {
      if (isValid()) {
        go();
        return;
      }
      const status = connection.isOver ? 'needs_reauth' : 'refreshing';
      unavailable(new ConnectionUnavailableError(facts.id, status, 'provider_unavailable'));
    };
    if (isValid()) {
      go();
    } else if (token.leaseUntilMs > this.#nowMs) {
      token.waiters.push(afterwards);
    } else if (token.failures === 0 || token.dueMs <= this.#nowMs) {
      token.waiters.push(afterwards);
      this.#exchange(replica, connection, token);
    } else afterwards();
  }

  // ------------------------------------------------------------------------------------------------- tasks
  #spreadLate(replica: Replica): void {
    if (this.#nowMs < replica.spreadAtMs) return;
    const options = { lateSeconds: LATE_SECONDS, limit: SPREAD_BATCH };
    const moved =
      this.#tasks.leastDueMs <= this.#nowMs - LATE_SECONDS * 1_000
        ? this.#tasks.spread(this.#rules.catchUpAt, options, this.#nowMs)
        : [];
    this.#week.totals.collapsed += moved.length;
    replica.spreadAtMs = moved.length < SPREAD_BATCH ? this.#nowMs + SPREAD_EVERY_MS : 0;
  }

  #claim(replica: Replica): void {
    const slots = SLOTS - replica.running;
    if (slots <= 0 || this.#tasks.leastDueMs > this.#nowMs) return;
    const leaseId = `${replica.index} ${replica.incarnation} ${this.#nowMs}`;
    const dues = new Map<Task, number>();
    const claimed = this.#tasks.claim(
      {
        busy: new Map([...replica.runningByApp].map(([id, running]) => [id, SHARE - running])),
        share: SHARE,
        slots,
        leaseId,
        leaseSeconds: LEASE_MS / 1_000,
        lateSeconds: LATE_SECONDS,
        candidates: CANDIDATES,
        onClaim: (task, dueMs) => dues.set(task, dueMs),
      },
      this.#nowMs,
    );
    for (const task of claimed) {
      const { onDemand } = task;
      task.onDemand = false;
      const dueMs = dues.get(task) ?? this.#nowMs;
      // What was due while no replica ran did not wait for others.
      if (!onDemand && dueMs >= replica.startedMs) this.#countWait(task, this.#nowMs - dueMs);
      this.#start(replica, task, leaseId, onDemand);
    }
  }

  #countWait(task: Task, waitMs: number): void {
    // The first runs, all within minutes, are no sample.
    if (task.lastFinishedMs === null) return;
    let tenants = this.#waits.get(task.appId);
    if (tenants === undefined) {
      tenants = new Map();
      this.#waits.set(task.appId, tenants);
    }
    const wait = tenants.get(task.tenant);
    if (wait === undefined) tenants.set(task.tenant, { sum: waitMs, count: 1 });
    else {
      wait.sum += waitMs;
      wait.count++;
    }
  }

  #start(replica: Replica, task: Task, leaseId: string, onDemand: boolean): void {
    const { incarnation } = replica;
    replica.running++;
    count(replica.runningByApp, task.appId, 1);
    const end = (result: TaskResult) => {
      if (replica.incarnation !== incarnation) return;
      replica.running--;
      count(replica.runningByApp, task.appId, -1);
      this.#finish(task, leaseId, result);
      this.#claim(replica);
    };
    const fail = (error: Error) => {
      const retry: TaskResult = {
        outcome: 'failed',
        ended: 'failed',
        next: { at: 'soon', afterSeconds: this.#rules.retrySeconds(task.failures) },
      };
      end(
        task.kind === 'watch'
          ? this.#watchFailure(task, error)
          : (this.#rules.afterError(error, task) ?? retry),
      );
    };
    if (!this.#hasToCall(task)) {
      end({ outcome: 'nothing', ended: 'excused', next: { at: 'grid' } });
      return;
    }
    const go = () => this.#call(replica, task, onDemand, end, fail);
    if (task.server === 'hub') go();
    else this.#withToken(replica, task.connection, go, fail);
  }

  /** `ProviderApi.call` */
  #call(
    replica: Replica,
    task: Task,
    onDemand: boolean,
    end: (result: TaskResult) => void,
    fail: (error: Error) => void,
  ): void {
    const { facts, app } = task.connection;
    const breaker = this.#breakerOf(replica, task);
    if (!breaker.allows(this.#nowMs)) {
      fail(new BreakerOpenError(task.host));
      return;
    }
    const wanted = task.groups.map((group) => ({
      group: this.#quotas.ensure(group, this.#nowMs),
      cost: group.cost,
      share: this.#rules.shareOf(group, onDemand),
    }));
    const refusal = this.#quotas.reserve(wanted, this.#nowMs);
    if (refusal !== undefined) {
      this.#postpone(task, refusal.group, refusal.group.narrowedMs !== null);
      fail(new QuotaExhaustedError(refusal.group.key, refusal.retryAfterSeconds));
      return;
    }
    for (const { group } of wanted) this.#checkGroup(group);
    const windows = wanted.map(({ group }) => group.windowEndsMs);
    this.#countCall(facts.provider, onDemand);
    const answer = this.#servers.call(
      {
        provider: facts.provider,
        server: task.server,
        accountId: facts.accountId,
        appId: facts.appId,
        path: task.path,
        cost: task.groups[0]?.cost ?? 1,
        isRevoked: this.#isRevoked(task.connection),
      },
      this.#nowMs,
    );
    this.#at(this.#nowMs + answer.afterMs, () => {
      const { status, headers, body } = answer;
      const judged =
        status === undefined
          ? undefined
          : this.#rules.judgeAnswer({ status, headers, body }, app.connectable.answers);
      breaker.note(status === undefined || status >= 500, this.#nowMs);
      const told = status === undefined || judged === undefined ? undefined : { status, headers, judged };
      wanted.forEach(({ group }, index) => {
        const quota = task.groups[index];
        const windowMs = windows[index];
        if (quota === undefined || windowMs === undefined) return;
        this.#quotas.settle(group, windowMs, quota.cost, this.#rules.chargeOf(quota, told), this.#nowMs);
        if (judged?.verdict === 'rate-limited') this.#postpone(task, group, true);
      });
      if (status === undefined || judged === undefined) {
        fail(new Error('no answer'));
        return;
      }
      if (judged.verdict === 'ok') {
        end({ outcome: 'ok', ended: 'succeeded', next: { at: 'grid' } });
        return;
      }
      if (judged.verdict === 'unauthorized') this.#refused(replica, task.connection);
      end(task.kind === 'watch' ? this.#watchFailure(task) : this.#rules.afterVerdict(judged, status, task));
    });
  }

  #postpone(task: Task, { key }: ModelGroup, isRefused: boolean): void {
    task.postponedBy = { key, isRefused: isRefused || task.postponedBy?.isRefused === true };
  }

  /** `AccessTokens.refused` */
  #refused(replica: Replica, connection: Connection): void {
    const { token } = connection;
    if (token === undefined) this.#end(connection, 'token_refused');
    else if (token.leaseUntilMs <= this.#nowMs && !connection.isOver)
      this.#exchange(replica, connection, token);
  }

  #breakerOf(replica: Replica, { appId, host }: Task): ReturnType<Rules['createBreaker']> {
    const key = `${appId} ${host}`;
    let breaker = replica.breakers.get(key);
    if (breaker === undefined) {
      breaker = this.#rules.createBreaker();
      replica.breakers.set(key, breaker);
    }
    return breaker;
  }

  #finish(task: Task, leaseId: string, result: TaskResult): void {
    this.#week.totals.runs++;
    if (result.ended === 'succeeded') {
      if (task.kind === 'poll') this.#judgeGap(task);
      if (task.kind === 'watch') this.#renew(task);
    }
    const lastRunMs = result.ended === 'succeeded' ? this.#nowMs : (task.lastSucceededMs ?? task.createdMs);
    const { kind, intervalSeconds, stretch, phase, losesAfterSeconds } = task;
    const missed = { kind, intervalSeconds, stretch, phase, losesAfterSeconds, lastRunMs };
    const dueMs = this.#rules.nextDueMs(missed, result.next, this.#nowMs);
    if (result.next.at === 'paused') task.isPaused = true;
    this.#tasks.finish(task, leaseId, result.ended, dueMs, this.#nowMs);
  }

  #watchFailure({ failures }: Task, error?: Error): TaskResult {
    const code = error !== undefined && 'code' in error ? String(error.code) : 'provider_unreachable';
    return { outcome: code, ...this.#rules.planAfterWatchFailure(code, failures + 1) };
  }

  /** `watch-task.ts`: a watch that is not due for anything makes no call. */
  #hasToCall({ watch, watchEndsMs, lastSucceededMs }: Task): boolean {
    if (watch === undefined) return true;
    const state = {
      status: 'verified' as const,
      registeredAt: lastSucceededMs === null ? null : new Date(lastSucceededMs),
      expiresAt: watchEndsMs === undefined ? null : new Date(watchEndsMs),
    };
    const { action } = this.#rules.decideAction(state, watch, this.#nowMs);
    return action === 'register' || action === 'renew';
  }

  #renew(task: Task): void {
    this.#judgeWatch(task);
    task.watchEndsMs = this.#nowMs + (task.watch?.lifetimeSeconds ?? 0) * 1_000;
    this.#week.watches.renewed++;
  }

  #judgeWatch({ watchEndsMs, watch, connection }: Task): void {
    if (watchEndsMs !== undefined && watchEndsMs < this.#nowMs) {
      const { provider } = connection.facts;
      this.#week.watches.lapses.push({
        provider,
        lapsedMs: watchEndsMs,
        lifeMs: (watch?.lifetimeSeconds ?? 0) * 1_000,
      });
    }
  }

  #judgeGap(task: Task): void {
    const { polls } = this.#week;
    const gapMs = this.#nowMs - task.countsAsMs;
    const stretch = Math.max(task.stretch, task.stretchSince);
    const allowedMs = task.intervalSeconds * 1_000 * 1.02 + LEASE_MS;
    const stretchedMs = task.intervalSeconds * stretch * 1_000 * 1.02 + LEASE_MS;
    if (gapMs <= allowedMs) polls.kept++;
    else if (gapMs <= stretchedMs) polls.stretched++;
    else {
      polls.late.push({
        task: `${task.id} ${task.name}`,
        provider: task.connection.facts.provider,
        fromMs: task.countsAsMs - this.#scenario.startMs,
        toMs: this.#nowMs - this.#scenario.startMs,
        allowedMs: stretchedMs,
        postponedBy: task.postponedBy,
        isFirst: task.lastSucceededMs === null,
      });
    }
    task.countsAsMs = this.#nowMs;
    task.stretchSince = task.stretch;
    task.postponedBy = undefined;
  }

  // ------------------------------------------------------------------------------------------------ quotas
  #checkGroup({ key, capacity, used, reserved }: ModelGroup): void {
    if (capacity !== null && used + reserved > capacity) this.#overdrawn.add(key);
  }

  /** `governor-job.ts` */
  #govern(): void {
    const isChanged = this.#isChanged;
    const loads = isChanged ? this.#measureLoads() : this.#loads;
    this.#loads = loads;
    this.#isChanged = false;
    let stretches = isChanged;
    for (const [group, unitsPerSecond] of loads) {
      const { capacity, stretch } = group;
      const windowSeconds = group.windowSeconds ?? 86_400;
      const next = this.#rules.governStretch({ unitsPerSecond, capacity, windowSeconds, stretch });
      if (next === stretch) continue;
      group.stretch = next;
      stretches = true;
      this.#stretches.set(group.key, Math.max(next, this.#stretches.get(group.key) ?? 1));
    }
    if (!stretches) return;
    for (const task of this.#allTasks) {
      if (task.isPaused || task.loads.length === 0) continue;
      task.stretch = Math.max(...task.loads.map(({ stretch }) => stretch));
      task.stretchSince = Math.max(task.stretchSince, task.stretch);
    }
  }

  #loads = new Map<ModelGroup, number>();

  #measureLoads(): Map<ModelGroup, number> {
    const loads = new Map<ModelGroup, number>();
    for (const task of this.#allTasks) {
      if (task.isPaused) continue;
      for (const group of task.loads)
        loads.set(group, (loads.get(group) ?? 0) + task.quotaCost / task.intervalSeconds);
    }
    return loads;
  }

  #countCall(provider: string, onDemand: boolean): void {
    this.#week.totals.calls++;
    if (onDemand) {
      this.#week.totals.onDemand++;
      return;
    }
    const minutes = this.#calls.get(provider as Platform);
    const minute = Math.floor((this.#nowMs - this.#scenario.startMs) / 60_000);
    if (minutes !== undefined && minute < minutes.length) minutes[minute] = (minutes[minute] ?? 0) + 1;
  }
}

function count(counts: Map<string, number>, key: string, change: number): void {
  const next = (counts.get(key) ?? 0) + change;
  if (next > 0) counts.set(key, next);
  else counts.delete(key);
}
