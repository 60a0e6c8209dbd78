import { type Changes, type ConnectionSettings, mergePatch } from '@hookline/contracts';
import { type Connectable, listValueNames } from '@hookline/providers';
import { describeUnknownName, invalidFields } from '@hookline/service';
import { pollsOfResources } from '../../polls/list-resources.ts';

/**
 * The settings after a change by RFC 7396; null stands for the defaults.
 * @throws ApiError `invalid_request` for an unknown poll or value, or for resources of a service that has none
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
  if (change.resources != null && pollsOfResources(connectable).length === 0)
    throw invalidFields({
      path: 'body/settings/resources',
      message: `must be absent: ${connectable.name} has nothing to choose from`,
    });
  return mergePatch(stored, change) as ConnectionSettings;
}
