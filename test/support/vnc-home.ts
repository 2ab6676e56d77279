import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, vi } from 'vitest';
import { listen } from '../../src/web/listen.js';
import { lookAtProcesses } from './process-tree.js';

/** An account that has never run vncserver but for choosing a password, with a session of one terminal. */
export class VncHome {
  static readonly password = 'secret12';
  readonly path: string;
  /** The number of a display that is free, and the port that belongs to it. */
  readonly display: number;
  readonly env: Record<string, string>;

  private constructor(path: string, display: number) {
    this.path = path;
    this.display = display;
    this.env = {
      HOME: path,
      PATH: process.env['PATH'] ?? '',
      SHELL: '/bin/sh',
      LANG: 'C.UTF-8',
      TERM: 'xterm',
    };
  }

  get port(): number {
    return 5900 + this.display;
  }

  /** `session` is what the desktop runs, as lines of a shell script; it has to end when the X server does. */
  static async make(session: readonly string[]): Promise<VncHome> {
    const path = await mkdtemp(join(tmpdir(), 'wswrap-vnc-'));
    const folder = join(path, '.vnc');
    await mkdir(folder);
    const { stdout } = await execa({
      encoding: 'buffer',
      input: `${VncHome.password}\n`,
    })`vncpasswd -f`;
    await writeFile(join(folder, 'passwd'), stdout, { mode: 0o600 });
    await writeFile(join(folder, 'xstartup'), ['#!/bin/sh', ...session, ''].join('\n'));
    await chmod(join(folder, 'xstartup'), 0o755);
    return new VncHome(path, await freeDisplay());
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** The text of a file in the home; empty when there is no such file yet. */
  async read(name: string): Promise<string> {
    return await readFile(this.file(name), 'utf8').catch(() => '');
  }

  /** What Xvnc has written, and its session. */
  async log(): Promise<string> {
    return await this.read(join('.vnc', `${hostname()}:${this.display}.log`));
  }

  /** Red, green and blue of every pixel of the screen, as a program in the desktop sees it. */
  async screenshot(): Promise<Uint8Array> {
    const display = `:${this.display}`;
    const env = { ...this.env, DISPLAY: display, XAUTHORITY: this.file('.Xauthority') };
    const { stdout } = await execa({
      env,
      extendEnv: false,
      encoding: 'buffer',
    })`import -silent -window root -depth 8 rgb:-`;
    return stdout;
  }

  /** `vncserver -kill`, and nothing is left. */
  async remove(): Promise<void> {
    const options = { env: this.env, extendEnv: false, reject: false } as const;
    await execa(options)`vncserver -kill :${this.display}`;
    await vi.waitFor(() => expect(this.#processes()).toEqual([]), { timeout: 20_000 });
    await rm(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** All that runs in this account, with command lines. */
  #processes(): string[] {
    return lookAtProcesses((pid) => {
      const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (!variables.includes(`HOME=${this.path}`)) return undefined;
      return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`;
    });
  }
}

/** Displays are numbered for the whole machine; those from 50 on are rarely in use. Test files that run at the same time begin
 * to look at different places. */
async function freeDisplay(): Promise<number> {
  const first = 50 + 10 * (Number(process.env['VITEST_POOL_ID'] ?? 0) % 4);
  for (let display = first; display < 99; display++) {
    if (existsSync(`/tmp/.X11-unix/X${display}`) || existsSync(`/tmp/.X${display}-lock`)) continue;
    const server = createServer();
    const free = await listen(server, 5900 + display, '0.0.0.0').catch(() => undefined);
    server.close();
    if (free !== undefined) return display;
  }
  throw new Error(`all displays from ${first} to 98 are taken`);
}
