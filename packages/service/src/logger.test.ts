import { expect, test } from 'vitest';
import { createLogger } from './index.ts';

const NAMES = [
  'authorization',
  'cookie',
  'secret',
  'secrets',
  'token',
  'password',
  'key',
  'verifyToken',
] as const;
/** A value that no line may have. */
const PLANTED = 'a-planted-secret';

/** A logger, and the lines that it wrote. */
function capture() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { logger: createLogger({ service: 'test', level: 'trace', destination }), lines };
}

function logged(log: (logger: ReturnType<typeof capture>['logger']) => void): Record<string, unknown> {
  const { logger, lines } = capture();
  log(logger);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain(PLANTED);
  return JSON.parse(lines[0] ?? '');
}

test.each(NAMES)(
  'the value of "%s" is in no line: at the top, in a member, and in members of that',
  (name) => {
    for (const secret of [PLANTED, [PLANTED], { value: PLANTED }, Buffer.from(PLANTED).toString()]) {
      const line = logged((logger) =>
        logger.info(
          {
            [name]: secret,
            a: { [name]: secret, b: { [name]: secret, c: { d: { [name]: secret } } } },
            list: [{ [name]: secret }],
          },
          'x',
        ),
      );
      expect(line).toMatchObject({
        [name]: '[redacted]',
        a: { [name]: '[redacted]', b: { [name]: '[redacted]', c: { d: { [name]: '[redacted]' } } } },
        list: [{ [name]: '[redacted]' }],
        msg: 'x',
      });
    }
  },
);

test('secrets are hidden in bindings of a child, in errors, in what an object prints of itself and in a formatted message', () => {
  const token = PLANTED;
  logged((logger) => logger.child({ token, request: { token } }).info('x'));
  const error = Object.assign(new Error('failed'), { token, config: { password: token } });
  const line = logged((logger) => logger.error({ err: error }, 'x'));
  expect(line).toMatchObject({
    err: { type: 'Error', message: 'failed', token: '[redacted]', config: { password: '[redacted]' } },
  });
  logged((logger) => logger.error(error, 'x'));
  logged((logger) => logger.info({ a: { toJSON: () => ({ token }) } }, 'x'));
  logged((logger) => logger.info('%j', { token, a: { token, b: { token } } }));
});

test('what has no secret is logged as it is, and nothing that is logged is changed', () => {
  const given = {
    n: 1,
    b: true,
    nothing: null,
    text: 'a "b"\n',
    at: new Date(0),
    url: new URL('https://example.com/'),
    list: [1, { a: 2 }],
    bytes: Buffer.from('ab'),
    deep: { a: { b: { c: 1 } }, token: PLANTED },
  };
  const copy = structuredClone({ ...given, url: undefined, bytes: undefined });
  const line = logged((logger) => logger.info(given, 'said "x"'));
  expect(line).toMatchObject({
    n: 1,
    b: true,
    nothing: null,
    text: 'a "b"\n',
    at: '1970-01-01T00:00:00.000Z',
    url: 'https://example.com/',
    list: [1, { a: 2 }],
    bytes: { type: 'Buffer', data: [97, 98] },
    deep: { a: { b: { c: 1 } }, token: '[redacted]' },
    msg: 'said "x"',
    level: 'info',
    service: 'test',
  });
  expect({ ...given, url: undefined, bytes: undefined }).toEqual(copy);
});

test('a member that cannot be read, and one that refers to itself, do not end the work that is logged', () => {
  const circle: Record<string, unknown> = { name: 'x' };
  circle['self'] = circle;
  const broken = {
    get value() {
      throw new Error('no');
    },
  };
  for (const value of [circle, broken, { toJSON: () => JSON.parse('{') }])
    logged((logger) => logger.info({ value }, 'x'));
});
