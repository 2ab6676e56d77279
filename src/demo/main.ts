import type { Server } from 'node:http';
import { CommanderError } from 'commander';
import { listen } from '../web/listen.js';
import { choosePort } from './choose-port.js';
import { type DemoOptions, parseOptions } from './options.js';
import { createSite } from './site.js';
import { startWrapped, untilListening, type WrappedServer } from './wrapped-server.js';

const PORT = 6081;
const WEB_PORT = 6080;
const HOST = '127.0.0.1';

/** `npm run demo`. Resolves to the exit code once everything that it started has ended. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(parseOptions(argv));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

async function run(options: DemoOptions): Promise<number> {
  const port = options.port ?? (await choosePort(PORT));
  const site = createSite(port);
  const webPort = await openSite(site, options.webPort);
  if (webPort === undefined) {
    console.error(`--web-port ${options.webPort}: another program listens there. Choose another port.`);
    return 1;
  }
  const server = startWrapped(port, options.verbose ? ['-v'] : ['-q']);
  const stop = stopOnSignal(server);
  try {
    if (await untilListening(server, (line) => console.log(`  ${line}`))) greet(webPort);
    const result = await server;
    if (stop.asked) return 0;
    console.error(`The server on port ${port} ended by itself (exit code ${result.exitCode ?? 'none'}).`);
    return 1;
  } finally {
    stop.forget();
    site.close();
    site.closeAllConnections();
  }
}

async function openSite(site: Server, wanted: number | undefined): Promise<number | undefined> {
  try {
    return await listen(site, wanted ?? (await choosePort(WEB_PORT)), HOST);
  } catch {
    return undefined;
  }
}

function greet(webPort: number): void {
  console.log(`\n  Open  http://${HOST}:${webPort}/  in a browser. Ctrl-C stops the demo.\n`);
}

/** Ends the server when this process is asked to end, from a terminal or otherwise. */
function stopOnSignal(server: WrappedServer): { readonly asked: boolean; forget(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const state = { asked: false, forget };
  function end() {
    state.asked = true;
    server.kill('SIGTERM');
  }
  function forget() {
    for (const signal of signals) process.off(signal, end);
  }
  for (const signal of signals) process.on(signal, end);
  return state;
}
