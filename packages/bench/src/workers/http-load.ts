// Generates the load on ingest and on its baseline: GitHub's requests over plain sockets.
import { connect, type Socket } from 'node:net';
import { machineNowMs } from '../machine-clock.ts';
import { GitHubRequest, type GitHubTarget } from './github-request.ts';
import { HttpMessageReader } from './http-message-reader.ts';
import { serveCommands } from './serve-commands.ts';

export interface LoadOptions {
  target: GitHubTarget;
  connections: number;
  bodyBytes: number;
  seconds: number;
  /** Sends requests at a fixed rate, whether or not they are answered. Absent: each answer is followed by a request. */
  ratePerSecond?: number | undefined;
  /** Stores the event id and the time of each answer. */
  keepAnswers?: boolean | undefined;
}

export interface LoadResult {
  sent: number;
  /** Requests that were answered 2xx. */
  accepted: number;
  /** Answers other than 2xx by status, and requests without an answer as `none`. */
  refused: Record<string, number>;
  /** From the first request to the last answer. */
  elapsedMs: number;
  /**
   * Latencies of all answers, in milliseconds, sorted. With a fixed rate they count from the time at which the request was
   * due, so that a server that delays the sender does not get fewer slow samples.
   */
  latenciesMs: Float64Array;
  /** Event id → time of its answer on the machine's clock. */
  answeredAtMs: Map<string, number>;
}

/** The longest wait for answers after the last request. */
const LAST_ANSWERS_MS = 15_000;
const EVENT_ID = /hookline-event-id: (evt_\w+)/;

/** Counts over all runs of this process, so that delivery ids are unique. */
let counter = 0;

class Connection {
  readonly #socket: Socket;
  readonly #request: GitHubRequest;
  #sinceMs = 0;
  #waiting = false;

  constructor(
    socket: Socket,
    request: GitHubRequest,
    events: {
      onAnswer: (connection: Connection, head: string, sinceMs: number) => void;
      onLost: (connection: Connection) => void;
    },
  ) {
    this.#socket = socket;
    this.#request = request;
    const reader = new HttpMessageReader((head) => {
      this.#waiting = false;
      events.onAnswer(this, head, this.#sinceMs);
    });
    socket.on('data', (chunk) => reader.push(chunk));
    socket.on('error', () => {});
    socket.once('close', () => {
      if (this.#waiting) events.onLost(this);
    });
  }

  /** @param sinceMs what the answer's latency is counted from */
  send(sinceMs: number): void {
    this.#sinceMs = sinceMs;
    this.#waiting = true;
    this.#socket.write(this.#request.renew(counter++));
  }

  close(): void {
    this.#socket.destroy();
  }
}

async function run(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = [];
  const refused: Record<string, number> = {};
  const answeredAtMs = new Map<string, number>();
  const idle: Connection[] = [];
  /** Due times of requests for which every connection was busy. */
  const backlog: number[] = [];
  let sent = 0;
  let accepted = 0;
  let outstanding = 0;
  let sending = true;
  let lastAnswerMs = 0;
  let onAllAnswered: () => void = () => {};

  const refuse = (reason: string) => {
    refused[reason] = (refused[reason] ?? 0) + 1;
  };
  const send = (connection: Connection, sinceMs: number) => {
    sent++;
    outstanding++;
    connection.send(sinceMs);
  };
  const afterAnswer = () => {
    outstanding--;
    if (!sending && outstanding === 0) onAllAnswered();
  };
  const events = {
    onAnswer(connection: Connection, head: string, sinceMs: number) {
      const nowMs = machineNowMs();
      lastAnswerMs = nowMs;
      latencies.push(nowMs - sinceMs);
      const status = head.slice(9, 12);
      if (status.startsWith('2')) {
        accepted++;
        const id = options.keepAnswers ? EVENT_ID.exec(head)?.[1] : undefined;
        if (id !== undefined) answeredAtMs.set(id, nowMs);
      } else refuse(status);
      const dueMs = backlog.shift();
      if (dueMs !== undefined) send(connection, dueMs);
      else if (sending && options.ratePerSecond === undefined) send(connection, nowMs);
      else idle.push(connection);
      afterAnswer();
    },
    onLost() {
      refuse('none');
      afterAnswer();
    },
  };

  const connections = await Promise.all(
    Array.from({ length: options.connections }, async (_, index) => {
      const socket = await openSocket(options.target.port);
      return new Connection(socket, new GitHubRequest(options.target, index, options.bodyBytes), events);
    }),
  );
  try {
    const startMs = machineNowMs();
    lastAnswerMs = startMs;
    if (options.ratePerSecond === undefined) {
      for (const connection of connections) send(connection, machineNowMs());
      await new Promise((resolve) => setTimeout(resolve, options.seconds * 1_000));
    } else {
      idle.push(...connections);
      await keepRate(options.ratePerSecond, options.seconds, (dueMs) => {
        const connection = idle.pop();
        if (connection) send(connection, dueMs);
        else backlog.push(dueMs);
      });
    }
    sending = false;
    if (outstanding > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LAST_ANSWERS_MS);
        onAllAnswered = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const unanswered = outstanding + backlog.length;
    if (unanswered > 0) refused['none'] = (refused['none'] ?? 0) + unanswered;
    return {
      sent: sent + backlog.length,
      accepted,
      refused,
      elapsedMs: lastAnswerMs - startMs,
      latenciesMs: Float64Array.from(latencies).sort(),
      answeredAtMs,
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return socket;
}

/** Calls back at fixed times, as exactly as a timer of one millisecond allows. Late calls are made at once. */
async function keepRate(
  ratePerSecond: number,
  seconds: number,
  onDue: (dueMs: number) => void,
): Promise<void> {
  const startMs = machineNowMs();
  const total = Math.round(ratePerSecond * seconds);
  for (let n = 0; n < total; ) {
    const nowMs = machineNowMs();
    for (; n < total; n++) {
      const dueMs = startMs + (n * 1_000) / ratePerSecond;
      if (dueMs > nowMs) break;
      onDue(dueMs);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const commands = { run };
export type HttpLoadCommands = typeof commands;

serveCommands(commands);
