import { createServer } from 'node:net';
import { listen } from '../web/listen.js';

/** `preferred` when nobody listens there on the loopback address, else any port that is free right now. */
export async function choosePort(preferred: number): Promise<number> {
  try {
    return await probe(preferred);
  } catch {
    return await probe(0);
  }
}

async function probe(port: number): Promise<number> {
  const server = createServer();
  const found = await listen(server, port, '127.0.0.1');
  await new Promise((resolve) => server.close(resolve));
  return found;
}
