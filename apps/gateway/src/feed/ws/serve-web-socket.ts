import { FEED_CLOSE, type FeedClientMessage } from '@hookline/contracts';
import type { WebSocket } from 'ws';
import { FeedError } from '../hub/compile-feed-filter.ts';
import type { FeedSession } from '../sessions/feed-session.ts';
import { describeProblem, isClientMessage, parseObject, toSubscription } from './read-message.ts';

/** Passes the messages of a WebSocket on to its session, as commands. */
export function serveWebSocket(
  socket: WebSocket,
  session: FeedSession,
  onError: (error: Error) => void,
): void {
  socket.on('message', (data, isBinary) => receive(session, data as Buffer, isBinary));
  socket.on('ping', () => session.countCommand());
  socket.on('pong', () => session.alive());
  socket.on('error', onError);
  socket.on('close', (code) => session.gone(code));
}

function receive(session: FeedSession, data: Buffer, isBinary: boolean): void {
  if (!session.countCommand()) return;
  const message = isBinary ? undefined : parseObject(data);
  if (message === undefined) {
    session.close(FEED_CLOSE.malformed, 'messages must be JSON text');
    return;
  }
  if (isClientMessage(message)) {
    command(session, message);
  } else {
    const id = (message as { id?: unknown }).id;
    refuse(session, describeProblem(message), typeof id === 'string' ? id.slice(0, 64) : undefined);
  }
}

function refuse(session: FeedSession, problem: string, id: string | undefined): void {
  if (session.identity) session.sendError('invalid_message', problem, id);
  else session.close(FEED_CLOSE.unauthenticated, 'the first message must be authenticate');
}

function command(session: FeedSession, message: FeedClientMessage): void {
  switch (message.type) {
    case 'pong':
      session.alive();
      return;
    case 'authenticate':
      session.authenticate(message.token);
      return;
    case 'unsubscribe':
      session.unsubscribe(message.id);
      return;
    default:
      try {
        session.subscribe(toSubscription(message));
      } catch (error) {
        if (!(error instanceof FeedError)) throw error;
        refuse(session, error.message, message.id);
      }
  }
}
