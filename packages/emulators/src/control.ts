import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { CallLog } from './core/call-log.ts';
import type { MovableClock } from './core/clock.ts';
import type { Emulator } from './core/emulator.ts';
import { type Fault, FaultSchema, type Faults } from './core/faults.ts';
import { mountOperations } from './core/operations.ts';
import { queryParameters } from './core/parameters.ts';
import { homePage } from './home-page.ts';
import { originsAt } from './origins.ts';

interface ControlParts {
  readonly emulators: readonly Emulator[];
  readonly clock: MovableClock;
  readonly log: CallLog;
  readonly faults: Faults;
  readonly url: () => string;
}

const ClockChange = Type.Object(
  {
    advanceSeconds: Type.Optional(Type.Number()),
    setMs: Type.Optional(Type.Number({ minimum: 0 })),
    speed: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
  },
  { additionalProperties: false },
);

/** `/_control/…`: the same as the members of `Emulators`, over HTTP. */
export function mountControl(
  app: FastifyInstance,
  { emulators, clock, log, faults, url }: ControlParts,
): void {
  const clockState = () => ({ nowMs: clock.nowMs(), now: new Date(clock.nowMs()), speed: clock.speed });
  app.get('/', async (_request, reply) =>
    reply.header('content-type', 'text/html; charset=utf-8').send(homePage(url(), emulators)),
  );
  for (const { provider, operations } of emulators) mountOperations(app, `/_control/${provider}`, operations);
  app.get('/_control', async () => ({ url: url(), origins: originsAt(url()), clock: clockState() }));
  app.get('/_control/clock', async () => clockState());
  app.post('/_control/clock', { schema: { body: ClockChange } }, async (request) => {
    const { advanceSeconds, setMs, speed } = request.body as {
      advanceSeconds?: number;
      setMs?: number;
      speed?: number;
    };
    if (setMs !== undefined) clock.set(setMs);
    if (speed !== undefined) clock.setSpeed(speed);
    if (advanceSeconds !== undefined) clock.advance(advanceSeconds * 1000);
    return clockState();
  });
  app.get('/_control/faults', async () => faults.list());
  app.post('/_control/faults', { schema: { body: FaultSchema } }, async (request) => {
    faults.add(request.body as Fault);
    return faults.list();
  });
  app.delete('/_control/faults', async () => {
    faults.clear();
    return [];
  });
  app.get('/_control/log', async (request) => {
    const { afterN, ...filter } = queryParameters(request);
    return log.calls({ ...filter, ...(afterN !== undefined && { afterN: Number(afterN) }) });
  });
  app.delete('/_control/log', async () => {
    log.clear();
    return {};
  });
  app.get('/_control/exchanges', async () => log.exchanges());
}
