import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { dialects, styles } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

/** State and processor time (in ticks) of a process and its threads. */
function activity(pid: number): { state: string; ticks: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return { state: fields[0] ?? '?', ticks: Number(fields[11]) + Number(fields[12]) };
}

const single = styles.filter(({ server }) => !['echo_thread', 'echo_fork'].includes(server));

for (const { speaking, opening } of dialects)
  test.for(single)(
    `A server with $style sleeps while a client that speaks ${speaking} does not read`,
    async ({ server, words }) => {
      const wrapped = await wrapServer(server, words);
      const pid = await wrapped.serverPid();
      const client = await Client.open(wrapped.port, opening);
      const sent = 32 << 20;
      const piece = Buffer.alloc(1 << 16, 'piece');
      const sending = (async () => {
        for (let i = 0; i < sent; i += piece.length) await client.send(piece);
      })();
      let before = activity(pid);
      for (let quiet = 0; quiet < 3; ) {
        await setTimeout(50);
        const now = activity(pid);
        quiet = now.ticks === before.ticks && now.state === 'S' ? quiet + 1 : 0;
        before = now;
      }
      for (let i = 0; i < sent; i += piece.length)
        expect((await client.receive(piece.length)).equals(piece)).toBe(true);
      await sending;
    },
  );
