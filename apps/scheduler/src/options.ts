import type { AddressGuardOptions } from '@hookline/outbound';
import type { NatsOptions, ServiceOptions } from '@hookline/service';
import type { EnvironmentApps } from './accounts/environment-apps.ts';
import type { RetentionOptions } from './jobs/retention-job.ts';

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
}
