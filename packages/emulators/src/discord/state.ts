import type { Account, Application } from '../core/oauth/records.ts';
import type { WebhookKeys } from './webhook-events.ts';

export interface DiscordApplication extends Application {
  /** A snowflake; at Discord the client id is the same. */
  readonly applicationId: string;
  /** The address for webhook events. */
  webhookUrl: string | undefined;
  readonly keys: WebhookKeys;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
}

export interface ServiceConnection {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

export interface DiscordAccount extends Account {
  guilds: Guild[];
  connections: ServiceConnection[];
}
