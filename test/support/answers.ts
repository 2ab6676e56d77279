import type { Client } from './client/index.js';

/** Reads text up to the end of a line. */
export async function readLine(client: Client): Promise<string> {
  for (let line = ''; ; ) {
    const byte = (await client.receive(1)).toString('latin1');
    if (byte === '\n') return line;
    line += byte;
  }
}
