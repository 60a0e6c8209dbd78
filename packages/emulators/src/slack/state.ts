import type { EmulatorContext } from '../core/emulator.ts';
import { AuthorizationServer } from '../core/oauth/authorization-server.ts';
import type { AccessToken, Account, Application } from '../core/oauth/records.ts';

/** How an application is offered: it decides how often it may read messages. */
export type Distribution = 'internal' | 'marketplace' | 'other';

export interface SlackApplication extends Application {
  readonly appId: string;
  readonly signingSecret: string;
  distribution: Distribution;
  /** The one request URL for events of all workspaces. */
  requestUrl: string | undefined;
}

export interface SlackAccount extends Account {
  readonly teamId: string;
}

export interface Team {
  readonly id: string;
  readonly name: string;
}

export type ChannelKind = 'public_channel' | 'private_channel' | 'im' | 'mpim';

export interface Message {
  /** Seconds with six digits; unique in a channel. */
  readonly ts: string;
  readonly user: string;
  text: string;
  editedTs?: string;
}

export interface Channel {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** Ids of users, also those of bots. */
  readonly members: Set<string>;
  /** Oldest first. */
  messages: Message[];
}

export type SlackAuthorization = AuthorizationServer<SlackApplication, SlackAccount>;

export interface SlackCaller {
  readonly token: AccessToken;
  readonly application: SlackApplication;
  readonly teamId: string;
  /** The user, or the user of the bot. */
  readonly userId: string;
}

export function createSlackAuthorization({ clock, log }: EmulatorContext): SlackAuthorization {
  return new AuthorizationServer({
    provider: 'slack',
    clock,
    log,
    codeSeconds: 600,
    pkce: true,
    redirectUriOptionalAtExchange: true,
  });
}

/** The user of an application's bot in a workspace. */
export function botUserOf(application: SlackApplication, teamId: string): string {
  return `UBOT${application.appId.slice(1)}${teamId.slice(1)}`;
}
