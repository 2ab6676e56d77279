import { CommanderError } from 'commander';
import { messageOf, WswrapError } from '../error.js';
import { listen } from '../web/listen.js';
import { choosePort } from './choose-port.js';
import { type DemoOptions, parseOptions } from './options.js';
import { createSite } from './site.js';
import { StopSignals } from './stop-signals.js';
import { startWrapped, untilListening } from './wrapped-server.js';

const PORT = 6081;
const WEB_PORT = 6080;
const HOST = '127.0.0.1';

/** `npm run demo`. Resolves to the exit code once everything that it started has ended. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(parseOptions(argv));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(`demo: ${messageOf(error)}`);
    return error instanceof WswrapError ? error.exitCode : 1;
  }
}

async function run(options: DemoOptions): Promise<number> {
  const port = await choosePort('--port', options.port, PORT);
  const webPort = await choosePort('--web-port', options.webPort, WEB_PORT);
  const site = createSite(port);
  await listen(site, webPort, HOST);
  const server = startWrapped(port, options.verbose === true ? '--verbose' : '--quiet');
  const stop = new StopSignals(() => server.kill('SIGTERM'));
  try {
    if (await untilListening(server, (line) => console.log(`  ${line}`))) greet(webPort);
    const { exitCode } = await server;
    if (stop.came) return 0;
    throw new WswrapError(
      'system',
      `the server has ended by itself, exit code ${exitCode ?? 'unknown'}.`,
    );
  } finally {
    stop.forget();
    site.close();
    site.closeAllConnections();
  }
}

function greet(webPort: number): void {
  console.log(`\n  Open  http://${HOST}:${webPort}/  in a browser. Ctrl-C stops the demo.\n`);
}
