import { createServer } from 'node:net';
import { WswrapError } from '../error.js';
import { listen } from '../web/listen.js';

const HOST = '127.0.0.1';

/** The port that the user asked for with `option`; without such a wish `preferred`, or any free one when that is taken. */
export async function choosePort(
  option: string,
  asked: number | undefined,
  preferred: number,
): Promise<number> {
  try {
    return await probe(asked ?? preferred);
  } catch (error) {
    if (asked === undefined) return await probe(0);
    throw new WswrapError(
      'bad-option',
      `${option} ${asked}: nothing can listen there (${reason(error)}). Choose another port, or leave the option out.`,
      error,
    );
  }
}

/** Listens for a moment. Nobody else can be kept from taking the port after that; who starts a demo can start it again. */
async function probe(port: number): Promise<number> {
  const server = createServer();
  const found = await listen(server, port, HOST);
  await new Promise((resolve) => server.close(resolve));
  return found;
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'another program does';
  return code === 'EACCES' ? 'the system does not permit it' : String(error);
}
