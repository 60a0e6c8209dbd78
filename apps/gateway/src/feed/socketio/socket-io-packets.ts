import { type EventFrame, eventJson, type FrameKind, rawEventJson } from '../hub/event-frame.ts';
import { repositoryEvent } from '../hub/repository-event.ts';

/** Makes the packets of one event, as Socket.IO's protocol writes them: all clients are sent the same text. */
export type EncodePackets = (frame: EventFrame, isRaw: boolean) => readonly string[];

/** The type of a packet that carries an event. */
const EVENT = '2';

const webhookPackets: FrameKind<readonly string[]> = (frame) => [toWebhookPacket(frame, eventJson)];
const rawWebhookPackets: FrameKind<readonly string[]> = (frame) => [toWebhookPacket(frame, rawEventJson)];

/** FeedEvent with the cursor. The bytes of the payload become part of the packet without being parsed. */
function toWebhookPacket(frame: EventFrame, kind: FrameKind<Buffer>): string {
  const members = frame.as(kind).toString('utf8', 1);
  return `${EVENT}/webhooks,["event",{"cursor":${JSON.stringify(frame.cursor)},${members}]`;
}

const repositoryPackets: FrameKind<readonly string[]> = (frame) => {
  const { names, json } = frame.as(repositoryEvent);
  const text = json.toString('utf8');
  return names.map((name) => `${EVENT}[${JSON.stringify(name)},${text}]`);
};

/** The events of the namespace `/webhooks`. */
export const encodeWebhookPackets: EncodePackets = (frame, isRaw) =>
  frame.as(isRaw ? rawWebhookPackets : webhookPackets);

/** The events of the namespace `/`. */
export const encodeRepositoryPackets: EncodePackets = (frame) => frame.as(repositoryPackets);
