import type { FastifyInstance } from 'fastify';
import type { CallLog } from './call-log.ts';
import type { EmulatorClock } from './clock.ts';
import type { Decision } from './oauth/records.ts';
import type { Operations } from './operations.ts';
import type { SendPush } from './send-push.ts';

/** What every emulator gets from the server. */
export interface EmulatorContext {
  readonly clock: EmulatorClock;
  readonly log: CallLog;
  /** The address of the server, without a path; known once it listens. */
  readonly url: () => string;
  readonly send: SendPush;
}

/** What the senders of pushes need. */
export type PushContext = Pick<EmulatorContext, 'clock' | 'send'>;

/** One provider on the server. */
export interface Emulator {
  readonly provider: string;
  /** The hosts that it answers for; each is the first part of a path. */
  readonly hosts: readonly string[];
  readonly operations: Operations;
  /** The first applications and accounts, for the page for people. */
  clientIds(): string[];
  accountNames(): string[];
  /** Mounts its routes below `/<host>`. */
  mount(app: FastifyInstance): void;
  /** The account whose token the request bears, for the log and for faults. */
  accountOf(token: string | undefined): string | undefined;
  /** How it words 429. */
  rateLimited(retryAfterSeconds: number): EmulatedAnswer;
  /** How it words a dead refresh token. */
  invalidGrant(): EmulatedAnswer;
  /** How it words a wrong client secret. */
  invalidClient(): EmulatedAnswer;
  /** The paths of its authorization addresses. */
  readonly consentPaths: readonly string[];
  /** Decides as a person would, see `consentTo`. */
  consent(url: string, decision: Decision): string;
}

export interface EmulatedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
