import { type Receiver, type ReceiverOptions, startReceiver } from '@hookline/testkit';
import { onTestFinished } from 'vitest';

/** A receiver that lives as long as the test that asks for it. */
export async function receive(options?: ReceiverOptions): Promise<Receiver> {
  const receiver = await startReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}
