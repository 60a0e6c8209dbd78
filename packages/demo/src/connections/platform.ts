import type { OperationBody } from '@hookline/client';
import type { WantedEvent } from './collect-events.ts';

export type PlatformName = 'github' | 'gmail' | 'youtube' | 'slack' | 'spotify' | 'discord';

type AppBody = OperationBody<'createOAuthApp'>;
type LinkBody = OperationBody<'createConnectionLink'>;

/** Something that happens at a provider, and the event that it becomes. */
export type Happening = () => Promise<WantedEvent>;

/** What an application has to be told before it accepts pushes, and how the provider is told the address. */
export interface AppPushSetup {
  readonly settings: NonNullable<OperationBody<'setAppPushes'>>;
  /** @throws if the provider does not accept the address */
  readonly enterAddress: (url: string) => Promise<void>;
}

/** An application at an emulated provider. */
export interface PlatformApp {
  readonly provider: PlatformName;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly appSettings?: NonNullable<AppBody['settings']>;
  readonly connectionSettings?: NonNullable<LinkBody['settings']>;
  readonly appPushes?: AppPushSetup;
}

/** One platform with an application and an account at its emulated provider, and what can be done there. */
export interface Platform extends PlatformApp {
  /** As the consent page names it. */
  readonly account: string;
  /** A webhook or a watch is registered for the connection. */
  readonly isWatched: boolean;
  /** Absent: the provider pushes nothing while the account is connected. */
  readonly push?: Happening;
  /** How long the provider pushes nothing after it has pushed something. */
  readonly pushGapMs?: number;
  /** A happening that only this poll finds. */
  readonly poll: { readonly id: string; readonly happen: Happening };
  /**
   * How its watch is kept: `renewed` every day, or `repaired` after someone has removed it, which `spoil` does. Absent: it
   * has no watch.
   */
  readonly upkeep?:
    | { readonly outcome: 'renewed' }
    | { readonly outcome: 'repaired'; readonly spoil: () => Promise<void> };
  /** The person withdraws the grant. */
  readonly revocation: {
    readonly withdraw: () => Promise<unknown>;
    /** The provider tells the application by itself. Otherwise the next refresh finds out. */
    readonly isPushed: boolean;
    /** The event that the push becomes, if the provider pushes nothing else. */
    readonly pushedAs?: WantedEvent;
  };
}
