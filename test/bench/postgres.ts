import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { bridged, numberIn, throughBridge } from './bridge.js';
import type { Measurement, Workload } from './measurement.js';
import { LOG, until } from './service.js';
import { installed, type Server } from './subjects.js';
import { temporaryFolder } from './temporary.js';

const CLIENTS = 8;

/** Where Debian has the server, of the latest release that is installed. */
const VERSIONS = '/usr/lib/postgresql';
const bin = () => join(VERSIONS, readdirSync(VERSIONS).sort().at(-1) ?? '', 'bin');

/** postgres will not run as root; then it runs as the account that Debian has made for it. */
const asPostgres =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups']
    : [];

function run(folder: string, ...line: string[]): void {
  const [command = '', ...args] = [...asPostgres, ...line];
  execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

function ownFolder(): string {
  const folder = temporaryFolder();
  if (asPostgres.length > 0) execFileSync('chown', ['postgres:postgres', folder]);
  return folder;
}

let template: string | undefined;

/** A database with the tables of pgbench, to be copied: one for each server. */
async function filled(): Promise<string> {
  if (template !== undefined) return template;
  const folder = ownFolder();
  const port = await freePort();
  const data = join(folder, 'data');
  const own = ['-D', data, '-w', '-l', join(folder, 'log'), '-o', `-p ${port} -k ${folder} -h ''`];
  const fill = ['-h', folder, '-p', `${port}`, '-U', 'postgres', '-i', '-q', 'postgres'];
  run(folder, `${bin()}/initdb`, '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync');
  run(folder, `${bin()}/pg_ctl`, 'start', ...own);
  run(folder, 'pgbench', ...fill);
  run(folder, `${bin()}/pg_ctl`, 'stop', '-D', data, '-w');
  template = data;
  return data;
}

/** Where the sockets lie that are not for the network. */
const folders = new Map<number, string>();

const server: Server = {
  async command(port) {
    const folder = ownFolder();
    const data = join(folder, 'data');
    folders.set(port, folder);
    run(folder, 'cp', '-a', await filled(), data);
    const listen = ['-k', folder, '-h', '127.0.0.1', '-p', `${port}`];
    return [...asPostgres, `${bin()}/postgres`, '-D', data, ...listen];
  },
  // It listens before it has looked at its files.
  async ready(port) {
    const options = ['-q', '-h', folders.get(port) ?? '', '-p', `${port}`];
    const isReady = () => spawnSync(`${bin()}/pg_isready`, options).status === 0;
    await until(isReady, `Postgres on port ${port} does not get ready; see ${LOG}`);
  },
};

function selects(protocol: 'simple' | 'prepared'): Measurement {
  return {
    name: `pgbench -S, ${protocol}`,
    group: `pgbench -S, ${CLIENTS} clients through a bridge`,
    unit: '/s',
    better: 'more',
    suits: bridged,
    measure: (subject, seconds) =>
      throughBridge(subject, {
        command: (port) => [
          ...['pgbench', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', '-n', '-S'],
          // In whole seconds.
          ...['-c', `${CLIENTS}`, '-M', protocol, '-T', `${Math.ceil(seconds)}`, 'postgres'],
        ],
        found: (output) => ({
          value: numberIn(output, /^tps = ([\d.]+)/m),
          count: numberIn(output, /^number of transactions actually processed: (\d+)/m),
        }),
      }),
  };
}

export const postgres: Workload = {
  available: () => existsSync(VERSIONS) && ['pgbench', ...asPostgres.slice(0, 1)].every(installed),
  server,
  measurements: [selects('simple'), selects('prepared')],
};
