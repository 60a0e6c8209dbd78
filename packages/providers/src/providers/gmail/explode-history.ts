import type { PolledAccount, PolledPart } from '../../connections/polling-specification.ts';
import { eventTypes } from '../../events/event-types.ts';
import { isJsonObject, textAt, valueAt } from '../../request/json/json-access.ts';

/** The lists of a history record, each with the kind in the id of its events. */
const LISTS = [
  { list: 'messagesAdded', kind: 'added', type: 'gmail.message.added' },
  { list: 'labelsAdded', kind: 'labeled', type: 'gmail.message.labeled' },
  { list: 'labelsRemoved', kind: 'unlabeled', type: 'gmail.message.unlabeled' },
  { list: 'messagesDeleted', kind: 'deleted', type: 'gmail.message.deleted' },
] as const;

export const HISTORY_TYPES = eventTypes(
  'gmail',
  'message.added message.labeled message.unlabeled message.deleted',
);

/**
 * The events of a record of `users.history.list`: one for each message that was added, labelled, unlabelled or deleted,
 * with the id `<kind>:<message>:<history id>`. A record's `messages` repeats the same messages.
 */
export function explodeHistory(record: unknown, about: PolledAccount): readonly PolledPart[] {
  const historyId = textAt(record, 'id');
  if (historyId === undefined) return [];
  const parts: PolledPart[] = [];
  for (const { list, kind, type } of LISTS) {
    const changes = valueAt(record, list);
    if (!Array.isArray(changes)) continue;
    for (const change of changes) {
      const messageId = textAt(change, 'message', 'id');
      if (messageId === undefined) continue;
      parts.push({
        type,
        id: `${kind}:${messageId}:${historyId}`,
        // A message is added once; a resync finds it without a history id.
        ...(kind === 'added' && { seenAs: `added:${messageId}` }),
        payload: {
          emailAddress: emailOf(about),
          historyId,
          ...messageOf(valueAt(change, 'message')),
          ...labelsOf(change),
        },
      });
    }
  }
  return parts;
}

/** The event of a message of `users.messages.list`, which says nothing about its history. */
export function explodeMessage(message: unknown, about: PolledAccount): readonly PolledPart[] {
  const messageId = textAt(message, 'id');
  if (messageId === undefined) return [];
  return [
    {
      type: 'gmail.message.added',
      id: `added:${messageId}:resync`,
      seenAs: `added:${messageId}`,
      payload: { emailAddress: emailOf(about), historyId: null, ...messageOf(message) },
    },
  ];
}

function emailOf({ accountId, accountName }: PolledAccount): string {
  return accountName ?? accountId;
}

function messageOf(message: unknown): Record<string, unknown> {
  return {
    messageId: textAt(message, 'id'),
    threadId: textAt(message, 'threadId'),
    labelIds: valueAt(message, 'labelIds'),
  };
}

/** The labels that were added or removed. */
function labelsOf(change: unknown): Record<string, unknown> {
  const labels = isJsonObject(change) ? change['labelIds'] : undefined;
  return labels === undefined ? {} : { changedLabelIds: labels };
}
