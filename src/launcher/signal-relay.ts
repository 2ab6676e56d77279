import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants as os } from 'node:os';
import { addon } from '../native/addon.js';

const relayed = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGWINCH',
  'SIGALRM',
] as const;

const byNumber = new Map<number, NodeJS.Signals>(relayed.map((name) => [os.signals[name], name]));

/**
 * Passes signals on to the command. Command and launcher are in one process group, so what the terminal sends (Ctrl-C,
 * Ctrl-\, a new window size) the command has got already and must not get twice; what a process sends to the launcher
 * it has not. A hang-up goes to the leader of the session alone.
 */
export class SignalRelay {
  readonly #notes: Socket;
  #waiting: NodeJS.Signals[] = [];
  #deliver: ((signal: NodeJS.Signals) => void) | undefined;

  /** From now on signals are kept for the command. */
  constructor() {
    const fd = addon.watchSignals([...byNumber.keys()]);
    this.#notes = new Socket({ fd, readable: true, writable: false });
    this.#notes.on('data', (notes) => this.#read(notes));
    this.#notes.unref();
  }

  /** The command runs: it gets what has come, and what comes. */
  deliverTo(deliver: (signal: NodeJS.Signals) => void): void {
    this.#deliver = deliver;
    for (const signal of this.#waiting.splice(0)) deliver(signal);
  }

  /** Signals do to the launcher again what they did before. */
  end(): void {
    addon.unwatchSignals();
    this.#notes.destroy();
  }

  #read(notes: Buffer): void {
    for (let at = 0; at + 1 < notes.length; at += 2) {
      const signal = byNumber.get(notes[at] ?? 0);
      const fromKernel = notes[at + 1] === 1;
      if (signal === undefined || (fromKernel && !onlyForUs(signal))) continue;
      if (this.#deliver) this.#deliver(signal);
      else this.#waiting.push(signal);
    }
  }
}

function onlyForUs(signal: NodeJS.Signals): boolean {
  return signal === 'SIGHUP' && isSessionLeader();
}

function isSessionLeader(): boolean {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3];
  return Number(session) === process.pid;
}
