import { FeedSubscription } from '@hookline/contracts';
import type { Socket } from 'socket.io';
import { Compile } from 'typebox/compile';
import { type FeedSession, nextSubscriptionId } from '../sessions/feed-session.ts';
import { describeMismatch } from '../ws/read-message.ts';
import type { Acknowledge, SocketIoTransport } from './socket-io-transport.ts';

const subscriptionValidator = Compile(FeedSubscription);
const SUBSCRIBE = ['subscribe', 'subscribe:repository', 'subscribe:webhook-events'] as const;
const MAX_ID = 64;
const MAX_TOKEN = 8_192;

/** Passes the events that a client emits on to its session, as commands. A callback gets the answer. */
export function readCommands(socket: Socket, session: FeedSession, transport: SocketIoTransport): void {
  socket.use((_packet, next) => {
    if (session.countCommand()) next();
  });

  for (const name of SUBSCRIBE) {
    socket.on(name, (...args: unknown[]) => {
      const { argument, acknowledge } = read(args);
      // A repository alone.
      const request = typeof argument === 'string' ? { repository: argument } : (argument ?? {});
      if (!subscriptionValidator.Check(request)) {
        const problem = describeMismatch(
          subscriptionValidator.Errors(request),
          FeedSubscription,
          'the subscription',
        );
        refuse(session, transport, problem, acknowledge);
        return;
      }
      const id = request.id ?? nextSubscriptionId();
      if (acknowledge) transport.acknowledgeWith(id, acknowledge);
      session.subscribe({ ...request, id });
    });
  }

  socket.on('unsubscribe', (...args: unknown[]) => {
    const { argument, acknowledge } = read(args);
    if (typeof argument !== 'string' || argument.length > MAX_ID) {
      refuse(session, transport, 'unsubscribe takes the id of a subscription', acknowledge);
      return;
    }
    if (acknowledge) transport.acknowledgeWith(argument, acknowledge);
    session.unsubscribe(argument);
  });

  socket.on('authenticate', (...args: unknown[]) => {
    const { argument, acknowledge } = read(args);
    if (typeof argument !== 'string' || argument.length > MAX_TOKEN) {
      refuse(session, transport, 'authenticate takes a token', acknowledge);
      return;
    }
    if (acknowledge) transport.acknowledgeWith(undefined, acknowledge);
    session.authenticate(argument);
  });
}

function read(args: unknown[]): { argument: unknown; acknowledge: Acknowledge | undefined } {
  const last = args.at(-1);
  const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
  const [argument] = acknowledge ? args.slice(0, -1) : args;
  return { argument, acknowledge };
}

function refuse(
  session: FeedSession,
  transport: SocketIoTransport,
  message: string,
  acknowledge: Acknowledge | undefined,
): void {
  if (session.isClosing) return;
  if (acknowledge) acknowledge({ error: { code: 'invalid_message', message } });
  else transport.send({ type: 'error', code: 'invalid_message', message });
}
