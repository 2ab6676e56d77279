import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ServerEntry } from '../real-servers/catalogue.js';
import { Bridge, type BridgeOptions } from './bridge.js';
import { parseLogLine } from './log-line.js';
import { nativeTests, root } from './paths.js';
import type { Exit } from './process.js';
import { isAlive, processTree, socketsOf } from './process-tree.js';
import { type WrapOptions, type Wrapped, wrapCommand } from './wrapped.js';

/** An empty folder that any account may look into, gone after the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wswrap-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface StartOptions extends WrapOptions {
  folder?: string;
  /** Names and texts of files in the folder. In them, too, PORT and DIR are replaced. */
  files?: Record<string, string>;
  /** What stands for other words in capitals. */
  words?: Record<string, string | number>;
}

/** A server of the catalogue under wswrap, and what has to be true of it whatever it serves. */
export class RealServer {
  readonly wrapped: Wrapped;
  readonly folder: string;
  readonly #bridges: Bridge[] = [];
  #sockets: number | undefined;

  private constructor(wrapped: Wrapped, folder: string) {
    this.wrapped = wrapped;
    this.folder = folder;
  }

  /** Runs the command line of the catalogue, until the library says that it listens. */
  static async start(entry: ServerEntry, options: StartOptions = {}): Promise<RealServer> {
    const folder = options.folder ?? makeFolder();
    const wrapped = await wrapCommand((port) => {
      const words: Record<string, string | number> = {
        PORT: port,
        DIR: folder,
        PROGRAMS: join(root, 'test/real-servers/programs'),
        BUILT: join(nativeTests, 'test/servers'),
        ...options.words,
      };
      const fill = (text: string) =>
        text.replace(/\b[A-Z][A-Z0-9]+\b/g, (word) => String(words[word] ?? word));
      for (const [name, text] of Object.entries(options.files ?? {}))
        writeFileSync(join(folder, name), fill(text));
      return entry.command.split(' ').map((word) => (word === "''" ? '' : fill(word)));
    }, options);
    return new RealServer(wrapped, folder);
  }

  get port(): number {
    return this.wrapped.port;
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  async bridge(options: BridgeOptions = {}): Promise<Bridge> {
    const bridge = await Bridge.start(this.port, options);
    this.#bridges.push(bridge);
    return bridge;
  }

  /** All processes below wswrap. */
  processes(): number[] {
    return processTree(this.wrapped.pid).slice(1);
  }

  /**
   * Waits until everybody has hung up. Then the log has a line for the beginning and one for the end of each connection, and
   * the server has no more sockets than when this was called first: call it after a first client, and at the end.
   */
  async settle(): Promise<void> {
    await Promise.all(this.#bridges.map((bridge) => bridge.idle()));
    const carried = this.#bridges.flatMap((bridge) => bridge.connections);
    await this.wrapped.errors.until('an end of each connection', (lines) => {
      const events = lines.map((line) => parseLogLine(line)?.event);
      const count = (event: string) => events.filter((other) => other === event).length;
      const opened = count('opened');
      return opened >= carried.length && count('closed') === opened ? opened : undefined;
    });
    const peers = new Set(this.wrapped.logLines('opened').map(({ subject }) => subject));
    for (const { peer } of carried) expect(peers).toContain(peer);
    const sockets = () => socketsOf(this.processes()).size;
    if (this.#sockets === undefined) this.#sockets = sockets();
    else await expect.poll(sockets, { timeout: 10_000 }).toBeLessThanOrEqual(this.#sockets);
  }

  /** Ends wswrap as its user would. Nothing of the server may be left, and the log has nothing else to tell. */
  async finish(exit: Partial<Exit> = {}): Promise<void> {
    await this.settle();
    const processes = this.processes();
    expect(await this.wrapped.stop()).toEqual({ code: 0, signal: null, ...exit });
    await expect.poll(() => processes.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    for (const event of ['refused', 'rejected', 'bind-failed', 'error'])
      expect(this.wrapped.errors.matching(new RegExp(`wswrap: ${event} `))).toEqual([]);
  }

  /** The close codes of connections that the bridges have carried, each once. */
  closeCodes(): number[] {
    const codes = this.#bridges.flatMap((bridge) => bridge.connections.map(({ code }) => code));
    return [...new Set(codes)].map((code) => code ?? 0).sort();
  }
}
