import Type, { type Static } from 'typebox';

const MAX_FAULTS = 1_000;
const MAX_DELAY_MS = 600_000;

export const FaultSchema = Type.Object(
  {
    kind: Type.Union(
      [
        Type.Literal('status'),
        Type.Literal('not-json'),
        Type.Literal('slow-body'),
        Type.Literal('hang'),
        Type.Literal('answer-lost'),
        Type.Literal('rate-limited'),
        Type.Literal('invalid-grant'),
        Type.Literal('invalid-client'),
      ],
      {
        description:
          'status: this answer instead of the real one, also 200 with an error. slow-body: the second half of the ' +
          'body waits. hang: no answer. answer-lost: the request takes effect and the connection is reset.',
      },
    ),
    provider: Type.Optional(Type.String()),
    method: Type.Optional(Type.String()),
    path: Type.Optional(Type.String({ description: 'A part of host and path.' })),
    exactPath: Type.Optional(Type.String({ description: 'Host and path, without a query.' })),
    grantType: Type.Optional(Type.String()),
    clientId: Type.Optional(Type.String()),
    account: Type.Optional(Type.String({ description: 'Only requests with a token of that account.' })),
    times: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
    untilMs: Type.Optional(Type.Number({ description: 'The fault ends at that emulated time.' })),
    status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    body: Type.Optional(Type.Unknown()),
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_DELAY_MS })),
    retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  },
  { additionalProperties: false },
);

/** A disturbance of the next requests that match. `times` is 1 unless `untilMs` or `times` says otherwise. */
export type Fault = Static<typeof FaultSchema>;

/** The facts of a request that faults are chosen by. */
export interface FaultSubject {
  readonly provider: string;
  readonly method: string;
  readonly hostAndPath: string;
  readonly grantType: string | undefined;
  readonly clientId: string | undefined;
  readonly account: string | undefined;
  readonly nowMs: number;
}

export class Faults {
  #waiting: { fault: Fault; left: number }[] = [];

  /** @throws RangeError if there are 1,000 already */
  add(fault: Fault): void {
    if (this.#waiting.length >= MAX_FAULTS) throw new RangeError(`At most ${MAX_FAULTS} faults can wait.`);
    const left = fault.times ?? (fault.untilMs === undefined ? 1 : Number.POSITIVE_INFINITY);
    this.#waiting.push({ fault, left });
  }

  clear(): void {
    this.#waiting = [];
  }

  list(): { fault: Fault; left: number }[] {
    return this.#waiting.map((each) => ({ ...each }));
  }

  /** The first fault that matches. It is used once by this. */
  take(subject: FaultSubject): Fault | undefined {
    this.#waiting = this.#waiting.filter(({ fault }) => (fault.untilMs ?? Infinity) > subject.nowMs);
    const found = this.#waiting.find(({ fault }) => matches(fault, subject));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#waiting = this.#waiting.filter((each) => each !== found);
    return found.fault;
  }
}

function matches(fault: Fault, subject: FaultSubject): boolean {
  return (
    (fault.provider === undefined || fault.provider === subject.provider) &&
    (fault.method === undefined || fault.method === subject.method) &&
    (fault.path === undefined || subject.hostAndPath.includes(fault.path)) &&
    (fault.exactPath === undefined || subject.hostAndPath === fault.exactPath) &&
    (fault.grantType === undefined || fault.grantType === subject.grantType) &&
    (fault.clientId === undefined || fault.clientId === subject.clientId) &&
    (fault.account === undefined || fault.account === subject.account)
  );
}
