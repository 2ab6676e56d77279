import { createServer, type Server } from 'node:net';
import { WswrapError } from '../error.js';
import { listen } from '../web/listen.js';

export const HOST = '127.0.0.1';

/** A port that the user may have asked for with an option. */
export interface PortWish {
  readonly option: string;
  readonly asked: number | undefined;
  /** Taken when nothing is asked for, unless it is in use; then it is any other. */
  readonly preferred: number;
}

/** Has the server listen as wished. Resolves to the port. */
export async function listenAsWished(server: Server, wish: PortWish): Promise<number> {
  const { option, asked, preferred } = wish;
  try {
    return await listen(server, asked ?? preferred, HOST);
  } catch (error) {
    if (asked === undefined) return await listen(server, 0, HOST);
    throw new WswrapError(
      'bad-option',
      `${option} ${asked}: nothing can listen there (${reason(error)}). Choose another port, or leave the option out.`,
      error,
    );
  }
}

/** A port for somebody else to listen on: as wished, and free a moment ago. */
export async function choosePort(wish: PortWish): Promise<number> {
  const server = createServer();
  const port = await listenAsWished(server, wish);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'another program does';
  return code === 'EACCES' ? 'the system does not permit it' : String(error);
}
