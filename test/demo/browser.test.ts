import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listen } from '../../src/web/listen.js';
import { CHROMIUM, openBrowser } from '../support/browser.js';
import { root } from '../support/paths.js';
import { requires } from '../support/requires.js';
import { brightness, type Picture, VncPage } from '../support/vnc-page.js';

/** `npm run demo`, in a process group of its own as a shell would start it. */
class Demo {
  readonly output: string[] = [];
  readonly #child;
  readonly #ended: Promise<unknown>;
  #wake: () => void = () => {};

  constructor(...args: string[]) {
    this.#child = spawn('npm', ['run', 'demo', '--', ...args], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface(stream).on('line', (line) => {
        this.output.push(line);
        this.#wake();
      });
    }
    void this.#ended.then(() => this.#wake());
  }

  /** The first line that matches; rejects when the demo ends without one. */
  async line(wanted: RegExp): Promise<string> {
    for (;;) {
      const found = this.output.find((line) => wanted.test(line));
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null)
        throw new Error(`no ${wanted} in:\n${this.output.join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async address(): Promise<string> {
    return /http:\S+/.exec(await this.line(/Open {2}http:/))?.[0] ?? '';
  }

  /** Sends a signal to all processes, as a terminal does for Ctrl-C, or to npm alone. */
  async stop(signal: NodeJS.Signals, to: 'group' | 'npm' = 'group'): Promise<number | null> {
    const pid = this.#child.pid;
    if (pid !== undefined && this.#child.exitCode === null)
      process.kill(to === 'group' ? -pid : pid, signal);
    await this.#ended;
    return this.#child.exitCode;
  }

  async end(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  hasProcesses(): boolean {
    try {
      process.kill(-(this.#child.pid ?? 0), 0);
      return true;
    } catch {
      return false;
    }
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const open = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return open;
}

const demos: Demo[] = [];
function startDemo(...args: string[]): Demo {
  const demo = new Demo(...args);
  demos.push(demo);
  return demo;
}
afterEach(async () => {
  for (const demo of demos.splice(0)) await demo.stop('SIGINT');
});

requires([CHROMIUM], 'npm run demo in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test('shows a picture that lives and answers to pointer and keys', async () => {
    const demo = startDemo();
    const vnc = await VncPage.open(browser, await demo.address());
    await vnc.connected();

    const first = await vnc.picture();
    expect([first.width, first.height]).toEqual([640, 480]);
    await vnc.until((picture) => Buffer.compare(picture.rgb, first.rgb) !== 0);

    const dark = brightness(first, 100, 250);
    await vnc.moveTo(100, 250);
    await vnc.until((picture) => brightness(picture, 100, 250) > dark + 300);
    await vnc.moveTo(560, 250);
    await vnc.until((picture) => brightness(picture, 100, 250) < dark + 60);

    await vnc.moveTo(60, 200);
    await vnc.page.mouse.down();
    await vnc.page.mouse.up();
    const calm = brightness(first, 110, 200);
    await vnc.until((picture) => brightness(picture, 110, 200) > calm + 60);

    expect(letterPixels(first)).toBe(0);
    await vnc.page.keyboard.type('HH');
    await vnc.until((picture) => letterPixels(picture) > 300);
    await vnc.page.keyboard.press('Enter');
    await vnc.until((picture) => letterPixels(picture) === 0);

    expect(vnc.complaints).toEqual([]);
    await vnc.page.close();
    await demo.line(/client 1 left .*0 watching/);
  });

  test('shows two pages the same picture, each with its own pointer', async () => {
    const demo = startDemo();
    const address = await demo.address();
    const [one, two] = [await VncPage.open(browser, address), await VncPage.open(browser, address)];
    await Promise.all([one.connected(), two.connected()]);
    await demo.line(/2 watching/);
    await two.moveTo(60, 250);
    await one.moveTo(580, 250);
    for (const vnc of [one, two]) {
      await vnc.until(
        (picture) => brightness(picture, 60, 250) > 500 && brightness(picture, 580, 250) > 500,
      );
    }
    await one.page.close();
    await demo.line(/1 watching$/);
    expect(await two.state()).toBe('connected');
    await two.page.close();
  });

  test('tells the page when it ends', async () => {
    const demo = startDemo();
    const vnc = await VncPage.open(browser, await demo.address());
    await vnc.connected();
    await demo.stop('SIGINT');
    await vnc.page.waitForSelector('#status[data-state=disconnected]');
    await vnc.page.close();
  });
});

/** How many bright pixels are where typed letters appear, between clock and sea. */
function letterPixels(picture: Picture): number {
  let count = 0;
  for (let y = 325; y < 365; y++) {
    for (let x = 250; x < 390; x++) {
      if (brightness(picture, x, y) > 420) count++;
    }
  }
  return count;
}

for (const [signal, to] of [
  ['SIGINT', 'group'],
  ['SIGTERM', 'npm'],
  ['SIGHUP', 'group'],
] as const) {
  test(`${signal} to ${to} ends the demo and leaves nothing behind`, async () => {
    const demo = startDemo();
    const webPort = Number(new URL(await demo.address()).port);
    expect(await isOpen(webPort)).toBe(true);
    const code = await demo.stop(signal, to);
    if (signal === 'SIGINT') expect(code).toBe(0);
    expect(demo.hasProcesses()).toBe(false);
    expect(await isOpen(webPort)).toBe(false);
  });
}

test('one address is printed, and how to stop', async () => {
  const demo = startDemo();
  await demo.address();
  const addresses = demo.output.filter((line) => /:\/\/|127\.0\.0\.1/.test(line));
  expect(addresses).toEqual([
    expect.stringMatching(/^ {2}Open {2}http:\/\/127\.0\.0\.1:\d+\/ .*Ctrl-C stops the demo\.$/),
  ]);
});

test('a second demo finds ports of its own', async () => {
  const [one, two] = [startDemo(), startDemo()];
  expect(await one.address()).not.toBe(await two.address());
});

test.each(['--port', '--web-port'])('%s with a port that is taken says so', async (option) => {
  const holder = createServer();
  const port = await listen(holder, 0, '127.0.0.1');
  const demo = startDemo(option, String(port));
  expect(await demo.end()).toBe(2);
  await demo.line(new RegExp(`${option} ${port}: .*another program`));
  holder.close();
});

test('a port that is none says so', async () => {
  const demo = startDemo('--port', '70000');
  expect(await demo.end()).toBe(2);
  await demo.line(/from 1 to 65535/);
});
