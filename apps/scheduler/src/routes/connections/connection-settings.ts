import { type Changes, type ConnectionSettings, mergePatch } from '@hookline/contracts';
import { type Connectable, PLACEHOLDERS } from '@hookline/providers';
import { describeUnknownName, invalidFields } from '@hookline/service';

/**
 * The settings after a change by RFC 7396; null stands for the defaults.
 * @throws ApiError `invalid_request` for an unknown poll or value
 */
export function toConnectionSettings(
  { polling = [] }: Pick<Connectable, 'polling'>,
  stored: ConnectionSettings,
  change: Changes<ConnectionSettings> | null | undefined,
): ConnectionSettings {
  if (change === undefined) return stored;
  if (change === null) return {};
  const polls = polling.map(({ id }) => id);
  for (const id of Object.keys(change.intervals ?? {})) {
    if (!polls.includes(id)) throw invalidFields(describeUnknownName('body/settings/intervals', id, polls));
  }
  const names = Object.keys(PLACEHOLDERS).filter((name) => !SECRET_PLACEHOLDERS.has(name));
  for (const name of Object.keys(change.values ?? {})) {
    if (!names.includes(name)) throw invalidFields(describeUnknownName('body/settings/values', name, names));
  }
  return mergePatch(stored, change) as ConnectionSettings;
}

/** Placeholders that no setting may fill. */
const SECRET_PLACEHOLDERS: ReadonlySet<string> = new Set([
  'accessToken',
  'refreshToken',
  'secret',
  'clientId',
  'cursor',
]);
