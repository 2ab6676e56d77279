import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { root } from '../support/paths.js';
import { lookAtProcesses } from '../support/process-tree.js';

/** `npm run demo`, in a process group of its own as a shell would start it. */
export class Demo {
  readonly output: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #running = true;
  #wake: () => void = () => {};

  constructor(...args: string[]) {
    const child = spawn('npm', ['run', 'demo', '--', ...args], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        this.output.push(line);
        this.#wake();
      });
    }
    this.#child = child;
    this.#ended = once(child, 'close').then(() => {
      this.#running = false;
      this.#wake();
    });
  }

  /** The first line that matches; rejects when the demo ends without one. */
  async line(wanted: RegExp): Promise<string> {
    for (;;) {
      const found = this.output.find((line) => wanted.test(line));
      if (found !== undefined) return found;
      if (!this.#running) throw new Error(`no ${wanted} in:\n${this.output.join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async address(): Promise<string> {
    return /http:\S+/.exec(await this.line(/Open {2}http:/))?.[0] ?? '';
  }

  /** Resolves to the exit code, null when a signal has ended npm, once nobody holds the output any more. */
  async end(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  /** Sends a signal to all processes, as a terminal does for Ctrl-C, or to npm alone. */
  async stop(signal: NodeJS.Signals, to: 'group' | 'npm' = 'group'): Promise<void> {
    const pid = this.#child.pid ?? Number.NaN;
    if (this.#running) process.kill(to === 'group' ? -pid : pid, signal);
    await this.#ended;
  }

  /** What runs of it; processes that have ended and that nobody has asked about do not count. */
  processes(): string[] {
    const own = new RegExp(`\\) [^Z] \\d+ ${this.#child.pid} `);
    return lookAtProcesses((pid) => {
      const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
      return own.test(status) ? status : undefined;
    });
  }
}
