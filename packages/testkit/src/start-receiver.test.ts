import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from './start-receiver.ts';

describe('receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  const post = (body: string, path = '') => fetch(`${receiver.url}${path}`, { method: 'POST', body });

  it('keeps the exact bytes of the body, and the headers as they were sent', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
    await fetch(`${receiver.url}hook?a=1`, { method: 'POST', body, headers: { 'X-Twice': 'Yes' } });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ n: 1, method: 'POST', path: '/hook?a=1', headers: { 'x-twice': 'Yes' } });
    expect(request?.body.equals(body)).toBe(true);
    expect(request?.rawHeaders).toContainEqual(['X-Twice', 'Yes']);
  });

  it('answers by the number of the request', async () => {
    receiver.respond = (_, n) =>
      n < 3 ? { status: 503, headers: { 'retry-after': '1' } } : { body: 'thanks' };
    expect((await post('1')).status).toBe(503);
    expect((await post('2')).headers.get('retry-after')).toBe('1');
    expect(await (await post('3')).text()).toBe('thanks');
  });

  it('resets the connection for the answer `reset`', async () => {
    receiver.respond = () => ({ reset: true });
    await expect(post('1')).rejects.toThrow('fetch failed');
    expect(receiver.requests).toHaveLength(1);
  });

  it('leaves a request unanswered until the receiver is closed', async () => {
    receiver.respond = () => ({ hang: true });
    const sending = post('1');
    const failed = expect(sending).rejects.toThrow('fetch failed');
    await receiver.waitFor(1);
    await receiver.close();
    await failed;
    receiver = await startReceiver();
  });

  it('waits for a number of requests and for a predicate', async () => {
    const two = receiver.waitFor(2);
    const named = receiver.waitFor((requests) => requests.some(({ path }) => path === '/named'));
    await Promise.all([post('1'), post('2', 'named')]);
    expect(await two).toHaveLength(2);
    expect(await named).toHaveLength(2);
  });

  it('names the received requests in the error of a timeout', async () => {
    await post('abc', 'only');
    await expect(receiver.waitFor(2, 5)).rejects.toThrow(
      /waiting for 2 requests; received 1.*\n.*POST \/only \(3 bytes\)/,
    );
  });
});
