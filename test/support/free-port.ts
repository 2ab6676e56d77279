import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that the kernel hands out. Each process begins at another place, so that hardly ever somebody else takes
// a port between our look at it and its use.
const FIRST = 10_000;
const COUNT = 22_000;
let next = (process.pid * 263) % COUNT;

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
  for (;;) {
    const port = FIRST + (next++ % COUNT);
    if (await isFree(port)) return port;
  }
}
