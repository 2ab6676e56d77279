import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that the kernel hands out, and apart for each worker, so that nobody takes one between two calls.
const FIRST = 21_000;
const PER_WORKER = 1000;
let next = 0;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: '::' });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % 10;
  for (;;) {
    const port = FIRST + worker * PER_WORKER + (next++ % PER_WORKER);
    if (await isFree(port)) return port;
  }
}
