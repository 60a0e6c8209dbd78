import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startReceiver } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createCliHome } from '../../src/index.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const ANY_PORT = { GATEWAY_PORT: '0', INGEST_PORT: '0', DELIVERY_PORT: '0', SCHEDULER_PORT: '0' };

test('dev starts Hookline, listens as its operator without a sign-in, and stops it at the end', async () => {
  const receiver = await startReceiver();
  const home = createCliHome(ANY_PORT);
  const data = join(home.folder, 'data');
  const tools = join(process.env['HOOKLINE_HOME'] ?? join(ROOT, '.hookline'), 'tools');
  mkdirSync(data, { mode: 0o711 });
  mkdirSync(tools, { recursive: true });
  symlinkSync(tools, join(data, 'tools'));
  const running = home.start(['dev', '--directory', ROOT, '--forward', receiver.url], {
    env: { HOOKLINE_HOME: data },
  });
  onTestFinished(async () => {
    await running.end();
    await receiver.close();
    home.remove();
  });
  await running.waitFor('ready: live', 180_000);
  const ready = JSON.parse(readFileSync(join(data, 'ready.json'), 'utf8')) as {
    gateway: string;
    operatorKey: string;
  };
  const answer = await fetch(`${ready.gateway}/api/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ready.operatorKey}`, 'content-type': 'application/json' },
    body: '{"userId":"dev","type":"dev.test","data":{}}',
  });
  const { data: event } = (await answer.json()) as { data: { id: string } };
  await receiver.waitFor((requests) => requests.some(({ headers }) => headers['webhook-id'] === event.id));
  expect(await running.end('SIGINT')).toBe(0);
  expect(running.err).toContain('Stopping Hookline');
  expect(existsSync(join(data, 'ready.json'))).toBe(false);
});
