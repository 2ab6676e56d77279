import { expect, test } from 'vitest';
import { Client, echo } from '../support/client/index.js';
import { allDialects, dialects } from '../support/styles.js';
import { RunningPump, toPort } from './running-pump.js';
import { startEcho } from './targets.js';

const MIB = 1 << 20;

test.for(dialects)(
  '16 MiB go to the target and back to a client that speaks $speaking',
  async ({ opening }) => {
    const running = new RunningPump({}, toPort(await startEcho()));
    const client = await Client.open(await running.listen(), opening);
    await echo(client, { bytes: 16 * MIB, seed: 1, stalls: 2 });
    await client.close(1000);
    const ended = await running.next('ended');
    expect(ended).toMatchObject({ bytesIn: 16 * MIB, bytesOut: 16 * MIB, cause: 'client' });
    expect(running.pump.counters()).toEqual({
      open: 0,
      opening: 0,
      bytesIn: 16 * MIB,
      bytesOut: 16 * MIB,
    });
  },
);

test.for(dialects)(
  'small messages go to the target and back to a client that speaks $speaking',
  async ({ opening }) => {
    const running = new RunningPump({}, toPort(await startEcho()));
    const client = await Client.open(await running.listen(), opening);
    await echo(client, { bytes: MIB, seed: 2, longest: 40 });
  },
);

test('Twenty clients of all dialects are served at once, with buffers of the least size', async () => {
  const running = new RunningPump({ bufferBytes: 1 }, toPort(await startEcho()));
  const port = await running.listen();
  const each = async (index: number) => {
    const client = await Client.open(port, {
      dialect: allDialects[index % allDialects.length] ?? 'rfc6455',
    });
    await echo(client, { bytes: MIB, seed: index + 1 });
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => each(index)));
});
