import type { CallOptions, OperationAnswer, OperationName, OperationRequest } from '@hookline/client';
import type { FeedEvent, FeedFilter, FeedGapReason } from '@hookline/contracts';

/** What the commands need of a gateway. */
export interface Gateway {
  readonly url: string;
  /** Where the key is from, for messages. */
  readonly keyFrom: string;
  /** The profile in use; undefined when the environment has address and key. */
  readonly profile: string | undefined;
  /** @throws CliError that says what went wrong, with its exit code */
  call<Name extends OperationName>(
    name: Name,
    request?: OperationRequest<Name>,
    options?: Pick<CallOptions, 'timeoutMs'>,
  ): Promise<OperationAnswer<Name>>;
  follow(options: FollowOptions): FollowedFeed;
}

export interface FollowOptions {
  filters: readonly FeedFilter[];
  cursor?: string;
  onEvent(event: FeedEvent, cursor: string): void;
  onGap(reason: FeedGapReason): void;
  onState(state: FollowState): void;
}

export type FollowState =
  | { status: 'connecting' }
  /** `cursor`: the position from which events arrive. */
  | { status: 'live'; cursor: string | undefined }
  | { status: 'waiting'; delayMs: number; reason: string }
  /** The gateway refuses: trying again would not help. */
  | { status: 'refused'; reason: string; isAuthentication: boolean };

export interface FollowedFeed {
  /** The position to continue from, also while no event matches. */
  readonly cursor: string | undefined;
  close(): void;
}
