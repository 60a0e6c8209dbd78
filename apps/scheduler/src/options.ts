import type { AddressGuardOptions } from '@hookline/outbound';
import type { NatsOptions, ServiceOptions } from '@hookline/service';
import type { EnvironmentApps } from './accounts/environment-apps.ts';
import type { RevocationTimes } from './accounts/grant-revocations.ts';
import type { RetentionOptions } from './jobs/retention-job.ts';
import type { PushSourceSettings } from './pushes/app-push-sources.ts';
import type { TokenTimes } from './tokens/build-tokens.ts';

/** The options of the scheduler, as `env.ts` reads them. */
export interface SchedulerOptions extends ServiceOptions, NatsOptions {
  retention: RetentionOptions;
  /** base64 of 32 bytes each; the first seals. */
  encryptionKeys: readonly string[];
  /** The addresses that may be called: those of providers, and those that OAuth applications put in their place. */
  outbound: AddressGuardOptions;
  /** Origin at which browsers reach the gateway, without a slash at the end: redirect addresses begin with it. */
  gatewayPublicUrl: string;
  /** OAuth applications of the installation. */
  environmentAppSecrets: EnvironmentApps;
  /** Origins of the other services' internal APIs, without a slash at the end. */
  upstreams: { ingest: string; delivery: string };
  /** false: no webhooks are registered at providers, and polls find all events. */
  webhookRegistration: boolean;
  /** How the sources of the environment's OAuth applications verify pushes, by provider. */
  pushSources: ReadonlyMap<string, PushSourceSettings>;
  /** How old a delivery in a provider's log must be before it counts as missed. */
  reconciliationSettleSeconds: number;
  /** Shorter times, for tests. */
  times?: { tokens?: TokenTimes; revocations?: RevocationTimes };
}
