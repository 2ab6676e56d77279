import { addon } from '../native/addon.js';

/* What systemd, or who speaks its language, has to say and wants to know: sd_listen_fds(3), sd_notify(3). */

type Environment = Readonly<Record<string, string | undefined>>;

const FIRST_FD = 3;

/** The listening sockets that are passed to this process. */
export function activatedFds(env: Environment): number[] {
  if (env['LISTEN_PID'] !== String(process.pid)) return [];
  const count = Number(env['LISTEN_FDS'] ?? 0);
  return Array.from({ length: count }, (_, index) => FIRST_FD + index);
}

/** Whether somebody watches over this process who does not want it to go to the background. */
export function isSupervised(env: Environment, hasTerminal: boolean): boolean {
  if (process.pid === 1 || env['LISTEN_PID'] === String(process.pid)) return true;
  // A shell in a terminal that a service has started inherits these.
  return !hasTerminal && (env['NOTIFY_SOCKET'] !== undefined || env['INVOCATION_ID'] !== undefined);
}

/** Tells the service manager how we are; nothing when there is none. */
export class ServiceManager {
  readonly #socket: string | undefined;

  constructor(env: Environment) {
    this.#socket = env['NOTIFY_SOCKET'];
  }

  ready(status: string): void {
    this.#tell('READY=1', `STATUS=${status}`);
  }

  reloading(): void {
    this.#tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  stopping(): void {
    this.#tell('STOPPING=1');
  }

  #tell(...lines: string[]): void {
    if (this.#socket === undefined) return;
    try {
      addon.sendDatagram(this.#socket, Buffer.from(lines.join('\n')));
    } catch {
      /* It has gone: nobody to be told. */
    }
  }
}
