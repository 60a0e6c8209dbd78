import { type EventFrame, eventJson, type FrameKind, rawEventJson } from '../hub/event-frame.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** An event as a message of server-sent events, whose id is the cursor. */
export const serverSentEvent: FrameKind<Buffer> = (frame) => toMessage(frame, frame.as(eventJson));
/** As `serverSentEvent`, with the payload in base64. */
export const rawServerSentEvent: FrameKind<Buffer> = (frame) => toMessage(frame, frame.as(rawEventJson));

function toMessage({ cursor }: EventFrame, json: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`id: ${cursor}\nevent: event\ndata: `), onDataLines(json), END]);
}

const END = Buffer.from('\n\n');

/** A line break between the parts of a JSON text begins a new line of data: the client joins the lines again. */
function onDataLines(json: Buffer): Buffer {
  if (!json.includes(LINE_FEED) && !json.includes(CARRIAGE_RETURN)) return json;
  return Buffer.from(json.toString('utf8').replaceAll(/\r\n|\r|\n/g, '\ndata: '));
}

export interface ServerSentFields {
  event?: string;
  /** The client sends it back as `Last-Event-ID`. */
  id?: string;
  data?: object;
  comment?: string;
  /** When the client reconnects after the connection has ended. */
  retryMs?: number;
}

/** A message of the gateway itself. */
export function formatServerSent({ event, id, data, comment, retryMs }: ServerSentFields): string {
  const lines = [
    ...(comment === undefined ? [] : [`: ${comment}`]),
    ...(retryMs === undefined ? [] : [`retry: ${retryMs}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(data === undefined ? [] : [`data: ${JSON.stringify(data)}`]),
  ];
  return `${lines.join('\n')}\n\n`;
}
