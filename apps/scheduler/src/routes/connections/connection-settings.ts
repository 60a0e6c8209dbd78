import { type Changes, type ConnectionSettings, mergePatch } from '@hookline/contracts';
import { type Connectable, listValueNames } from '@hookline/providers';
import { describeUnknownName, invalidFields } from '@hookline/service';

/**
 * The settings after a change by RFC 7396; null stands for the defaults.
 * @throws ApiError `invalid_request` for an unknown poll or value
 */
export function toConnectionSettings(
  connectable: Connectable,
  stored: ConnectionSettings,
  change: Changes<ConnectionSettings> | null | undefined,
): ConnectionSettings {
  if (change === undefined) return stored;
  if (change === null) return {};
  const polls = (connectable.polling ?? []).map(({ id }) => id);
  for (const id of Object.keys(change.intervals ?? {})) {
    if (!polls.includes(id)) throw invalidFields(describeUnknownName('body/settings/intervals', id, polls));
  }
  const names = listValueNames(connectable);
  for (const name of Object.keys(change.values ?? {})) {
    if (!names.includes(name)) throw invalidFields(describeUnknownName('body/settings/values', name, names));
  }
  return mergePatch(stored, change) as ConnectionSettings;
}
