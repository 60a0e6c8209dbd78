import { type Changes, mergePatch, type OAuthAppSettings } from '@hookline/contracts';

/** The settings after a change by RFC 7396; null stands for the defaults. */
export function toAppSettings(
  stored: OAuthAppSettings,
  change: Changes<OAuthAppSettings> | null | undefined,
): OAuthAppSettings {
  if (change === undefined) return stored;
  return change === null ? {} : (mergePatch(stored, change) as OAuthAppSettings);
}
