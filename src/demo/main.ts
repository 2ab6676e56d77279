import { createServer } from 'node:http';
import { CommanderError } from 'commander';
import { messageOf, WswrapError } from '../error.js';
import { choosePort, HOST, listenAsWished } from './choose-port.js';
import { type DemoOptions, parseOptions } from './options.js';
import { siteHandler } from './site.js';
import { StopSignals } from './stop-signals.js';
import { startWrapped, untilListening } from './wrapped-server.js';

const WEB_PORT = 6080;

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
  const site = createServer();
  try {
    const webPort = await listenAsWished(site, {
      option: '--web-port',
      asked: options.webPort,
      preferred: WEB_PORT,
    });
    /* Next to a port that is surely ours, so that two demos started at once do not go for the same. */
    const next = webPort < 65_535 ? webPort + 1 : 0;
    const port = await choosePort({ option: '--port', asked: options.port, preferred: next });
    site.on('request', siteHandler(port));
    return await serve(port, webPort, options.verbose === true);
  } finally {
    site.close();
    site.closeAllConnections();
  }
}

async function serve(port: number, webPort: number, verbose: boolean): Promise<number> {
  const server = startWrapped(port, verbose ? '--verbose' : '--quiet');
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
  }
}

function greet(webPort: number): void {
  console.log(`\n  Open  http://${HOST}:${webPort}/  in a browser. Ctrl-C stops the demo.\n`);
}
