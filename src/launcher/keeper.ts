import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addon } from '../native/addon.js';
import type { RelaySettings } from '../wrap-relay/settings.js';
import type { Settings } from './settings.js';

const keeper = fileURLToPath(new URL('../../build/Release/wswrap-keeper', import.meta.url));
const relay = fileURLToPath(new URL('../../bin/wswrap-relay.js', import.meta.url));

export interface KeeperOrder {
  readonly stateFd: number;
  readonly logFd: number;
  /** Of the recordings' numbers. */
  readonly counterFd: number;
  readonly settings: Settings;
}

/**
 * Starts the process that stays with the wrapped tree and runs the relay when there is something to relay: at once if an
 * option asks for it, so that the first client need not wait. It belongs to no terminal and holds none of our standard
 * streams. Resolves to its process id, which is that of its session, too; the relay is in it. Throws a WswrapError when
 * the certificate is of no use.
 */
export async function startKeeper({
  stateFd,
  logFd,
  counterFd,
  settings,
}: KeeperOrder): Promise<number | undefined> {
  const order = await relaySettings(settings);
  const socketFd = addon.relayListen(stateFd);
  const settingsFd = addon.memoryFile(Buffer.from(JSON.stringify(order)));
  const { cert, web } = settings.services;
  const when = cert !== undefined || web !== undefined ? 'now' : 'later';
  const args = [String(stateFd), when, process.execPath, relay];
  const child = spawn(keeper, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', logFd, socketFd, stateFd, settingsFd, counterFd],
  });
  child.on('error', () => {});
  child.unref();
  closeSync(socketFd);
  closeSync(settingsFd);
  return child.pid;
}

async function relaySettings(settings: Settings): Promise<RelaySettings> {
  const { cert, key } = settings.services;
  if (cert === undefined) return { settings };
  // It brings much along that is not needed without TLS.
  const { makeIdentity, readIdentity } = await import('../relay/identity.js');
  const identity = cert === 'auto' ? await makeIdentity() : readIdentity({ cert, key });
  return { settings, identity };
}
