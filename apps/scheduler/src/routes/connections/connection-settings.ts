import { type Changes, type ConnectionSettings, mergePatch } from '@hookline/contracts';
import { type Connectable, listValueNames, listWatchedEvents } from '@hookline/providers';
import { describeUnknownName, didYouMean, invalidFields } from '@hookline/service';
import { pollsOfResources } from '../../polls/list-resources.ts';

/**
 * The settings after a change by RFC 7396; null stands for the defaults.
 * @throws ApiError `invalid_request` for an unknown poll, value or event, or for resources of a service that has none
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
    if (names.length === 0)
      throw invalidFields({
        path: 'body/settings/values',
        message: `must be absent: the requests to ${connectable.name} need no values`,
      });
    if (!names.includes(name)) throw invalidFields(describeUnknownName('body/settings/values', name, names));
  }
  if (change.resources != null && pollsOfResources(connectable).length === 0)
    throw invalidFields({
      path: 'body/settings/resources',
      message: `must be absent: ${connectable.name} has nothing to choose from`,
    });
  if (change.events != null) checkEvents(connectable, change.events);
  return mergePatch(stored, change) as ConnectionSettings;
}

const MAX_TOLD = 10;

/** @throws ApiError `invalid_request` for names that the provider does not have */
function checkEvents(connectable: Connectable, events: readonly string[]): void {
  const path = 'body/settings/events';
  const possible = listWatchedEvents(connectable);
  if (possible.length === 0)
    throw invalidFields({
      path,
      message: `must be absent: ${connectable.name} has no events to choose from`,
    });
  const unknown = events.filter((name) => !possible.includes(name));
  const [first] = unknown;
  if (first === undefined) return;
  throw invalidFields({
    path,
    message: `has names that ${connectable.name} does not have: ${unknown.slice(0, MAX_TOLD).join(', ')}${didYouMean(first, possible)}. Possible are ${possible.join(', ')}`,
  });
}
