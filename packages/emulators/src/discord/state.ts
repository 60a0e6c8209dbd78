import type { EmulatorContext } from '../core/emulator.ts';
import { AuthorizationServer } from '../core/oauth/authorization-server.ts';
import type { Account, Application } from '../core/oauth/records.ts';

/** The keys that sign webhook events. */
export interface WebhookKeys {
  /** 32 bytes in hexadecimal digits, as the developer portal shows them. */
  readonly publicKey: string;
  readonly sign: (message: Buffer) => string;
}

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

export type DiscordAuthorization = AuthorizationServer<DiscordApplication, DiscordAccount>;

export function createDiscordAuthorization({ clock, log }: EmulatorContext): DiscordAuthorization {
  return new AuthorizationServer({ provider: 'discord', clock, log, codeSeconds: 600, pkce: true });
}
