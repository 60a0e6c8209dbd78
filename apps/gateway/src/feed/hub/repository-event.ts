import { FEED_SECURITY_EVENTS, repositoryEventName, SECURITY_ALERT_NAME } from '@hookline/contracts';
import { objectMembers, rootSlice, type Slice } from '@hookline/json';
import { nameEvent } from '@hookline/providers';
import type { FrameKind } from './event-frame.ts';

/** An event of a repository: the names that it is sent under, and its JSON text. */
export interface NamedEvent {
  names: readonly string[];
  json: Buffer;
}

/** Members of the message that the payload's members of the same name do not replace. */
const OURS = ['eventType', 'cursor', 'id', 'dataOmitted'] as const;

/**
 * The event as a JSON text of RepositoryEvent. The members of the payload are passed on byte for byte. Where the payload
 * has a member of that name itself, `action`, `repository` and `job` are the payload's.
 */
export const repositoryEvent: FrameKind<NamedEvent> = ({ event, cursor, isDataOmitted }) => {
  const { attributes } = event;
  const { provider, event: eventType } = nameEvent(attributes.type) ?? {
    provider: attributes.provider,
    event: attributes.type,
  };
  const payload = Buffer.from(event.payload.buffer, event.payload.byteOffset, event.payload.byteLength);
  const members = isDataOmitted ? new Map() : objectMembers(payload, rootSlice(payload));
  const parts: Buffer[] = [];
  const add = (name: string, json: Buffer | string) =>
    parts.push(Buffer.from(`${parts.length === 0 ? '{' : ','}${JSON.stringify(name)}:`), Buffer.from(json));
  const bytesOf = ({ start, end }: Slice) => payload.subarray(start, end);

  add('eventType', JSON.stringify(eventType));
  if (attributes.action !== undefined && !members.has('action'))
    add('action', JSON.stringify(attributes.action));
  if (attributes.repository !== undefined && !members.has('repository'))
    add('repository', JSON.stringify({ full_name: attributes.repository }));
  const job = eventType === 'workflow_job' ? members.get('workflow_job') : undefined;
  if (job && !members.has('job')) add('job', bytesOf(job.value));
  for (const [name, { value }] of members) if (!OURS.some((own) => own === name)) add(name, bytesOf(value));
  add('cursor', JSON.stringify(cursor));
  add('id', JSON.stringify(attributes.id));
  if (isDataOmitted) add('dataOmitted', 'true');
  parts.push(Buffer.from('}'));

  const name = repositoryEventName(eventType);
  const isSecurity = provider === 'github' && FEED_SECURITY_EVENTS.has(eventType);
  return { names: isSecurity ? [name, SECURITY_ALERT_NAME] : [name], json: Buffer.concat(parts) };
};
