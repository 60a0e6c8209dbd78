import type { Bus } from '@hookline/bus';
import type { Logger } from '@hookline/service';
import type { UpgradeAuthentication } from '../../auth/upgrade-authentication.ts';
import type { FeedMetrics } from '../feed-metrics.ts';
import type { FeedSettings } from '../feed-settings.ts';
import type { FeedHub } from '../hub/feed-hub.ts';
import type { OpenSession } from './open-session.ts';
import type { Slots } from './slots.ts';

/** What all sessions of this process share. */
export interface SessionContext {
  bus: Bus;
  hub: FeedHub;
  replaySlots: Slots;
  authentication: UpgradeAuthentication;
  settings: FeedSettings;
  metrics: FeedMetrics;
  logger: Logger;
  /** How many sessions are open. */
  openSessions: () => number;
  /** Called once, when the session is authenticated. A returned text closes the connection with 4102. */
  admit: (session: OpenSession) => string | undefined;
}
