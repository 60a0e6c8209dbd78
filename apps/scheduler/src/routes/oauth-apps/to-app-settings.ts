import { type Changes, mergePatch, type OAuthAppSettings } from '@hookline/contracts';
import { fieldBelow, invalidFields } from '@hookline/service';
import type { OAuthConnectable } from '../../facts/require-connectable.ts';

/** Whether a service uses a setting that not every service has. */
const IS_USED: Readonly<Partial<Record<keyof OAuthAppSettings, (connectable: OAuthConnectable) => boolean>>> =
  {
    kind: ({ oauth }) => oauth.installation !== undefined,
    slug: ({ oauth }) => oauth.installation !== undefined,
    topic: ({ watches = [] }) => watches.some(({ needs }) => needs?.['topicName'] !== undefined),
    userScopes: ({ oauth }) => oauth.userScopeParameter !== undefined,
    distribution: ({ quotas = [] }) =>
      quotas.some(({ capacityBy }) => capacityBy?.setting === 'distribution'),
  };

/**
 * The settings after a change by RFC 7396; null stands for the defaults.
 * @throws ApiError `invalid_request` for a setting that the service does not use
 */
export function toAppSettings(
  connectable: OAuthConnectable,
  stored: OAuthAppSettings,
  change: Changes<OAuthAppSettings> | null | undefined,
): OAuthAppSettings {
  if (change === undefined) return stored;
  if (change === null) return {};
  for (const name of Object.keys(IS_USED) as (keyof OAuthAppSettings)[]) {
    if (change[name] != null && IS_USED[name]?.(connectable) === false)
      throw invalidFields({
        path: fieldBelow('body/settings', name),
        message: `must be absent: ${connectable.name} does not use it`,
      });
  }
  return mergePatch(stored, change) as OAuthAppSettings;
}
