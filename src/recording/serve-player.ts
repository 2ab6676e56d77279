import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { isIPv6 } from 'node:net';
import { listen } from '../web/listen.js';
import { readHead } from './head.js';
import { playerSite } from './player-site.js';

export interface PlayerOptions {
  /** Of the recording. */
  readonly path: string;
  readonly host: string;
  /** 0 means any. */
  readonly port: number;
}

/** Serves the player until the process is asked to end (SIGINT, SIGTERM, SIGHUP). `ready` gets the page's address. Throws
 * when the file is no recording, or nothing can listen there. */
export async function servePlayer(
  { path, host, port }: PlayerOptions,
  ready: (address: string) => void,
): Promise<void> {
  await check(path);
  const server = createServer(playerSite(path, host));
  const chosen = await listen(server, port, host);
  const asked = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
  ready(`http://${isIPv6(host) ? `[${host}]` : host}:${chosen}/`);
  await asked;
  server.close();
  server.closeAllConnections();
}

async function check(path: string): Promise<void> {
  const file = await open(path);
  try {
    await readHead(file, path);
  } finally {
    await file.close();
  }
}
