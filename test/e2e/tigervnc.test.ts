import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { siteHandler } from '../../src/demo/site.js';
import { listen } from '../../src/web/listen.js';
import { openBrowser } from '../support/browser.js';
import { root, wswrap } from '../support/paths.js';
import { requires } from '../support/requires.js';
import { VncHome } from '../support/vnc-home.js';
import { VncPage } from '../support/vnc-page.js';

/* Debian's TigerVNC, started as a user types it, and noVNC in a browser. Xvnc goes to the background, away from the
 * terminal, and outlives wswrap. */

const IDLE_MS = 60_000;

/** A blue screen with a terminal in it; what is typed there ends up in a file. */
const SESSION = [
  "xsetroot -solid '#336699'",
  'exec xterm -geometry 60x16+40+40 -bg black -fg white -e sh -c \'cat > "$HOME/typed"\'',
];

requires(
  ['vncserver', 'vncpasswd', 'xterm', 'xsetroot', 'import', 'chromium'],
  'vncserver of TigerVNC',
  () => {
    let browser: Browser;
    let site: Server;
    let sitePort: number;
    let home: VncHome;

    beforeAll(async () => {
      browser = await openBrowser();
      site = createServer(siteHandler(0));
      sitePort = await listen(site, 0, '127.0.0.1');
    });
    afterAll(async () => {
      await browser.close();
      site.closeAllConnections();
      site.close();
    });
    beforeEach(async () => {
      home = await VncHome.make(SESSION);
    });
    afterEach(async () => {
      await home.remove();
    });

    /** `wswrap 5901 vncserver -geometry 640x480 :1`, with another display. */
    async function start(...options: string[]): Promise<string> {
      const server = ['vncserver', '-geometry', '640x480', `:${home.display}`];
      const { all } = await execa(
        process.execPath,
        [wswrap, ...options, String(home.port), ...server],
        {
          env: home.env,
          extendEnv: false,
          cwd: root,
          all: true,
          stdin: 'ignore',
        },
      );
      return all;
    }

    async function logIn(): Promise<VncPage> {
      const vnc = await VncPage.open(browser, `http://127.0.0.1:${sitePort}/?port=${home.port}`);
      await vnc.page.fill('#password', VncHome.password);
      await vnc.page.keyboard.press('Enter');
      await vnc.connected();
      return vnc;
    }

    /** Types a line into the terminal, over which the pointer has to be, and waits until `cat` has got it. */
    async function typeLine(vnc: VncPage, line: string): Promise<void> {
      await vnc.moveTo(100, 100);
      await vnc.page.keyboard.type(`${line}\n`, { delay: 20 });
      await expect.poll(() => home.read('typed'), { timeout: 10_000 }).toContain(`${line}\n`);
    }

    test(
      'shows its desktop, takes keys, stands a minute of silence, and sees the page go',
      async () => {
        const said = await start('--log-file', home.file('wswrap.log'));
        expect(said).toMatch(`on port ${home.port} for display :${home.display}`);
        expect(said).not.toMatch(/^wswrap:/m);
        const lines = () => home.read('wswrap.log');
        expect(await lines()).toMatch(`listening 127.0.0.1:${home.port} `);

        const vnc = await logIn();
        await expect.poll(() => difference(vnc), { timeout: 15_000 }).toBeLessThan(0.5);
        const { rgb } = await vnc.picture();
        expect([...rgb.subarray(0, 3)]).toEqual([0x33, 0x66, 0x99]);

        await typeLine(vnc, 'Hello, World: 1 + 1 = 2');
        await expect.poll(() => difference(vnc), { timeout: 15_000 }).toBeLessThan(0.5);

        await sleep(IDLE_MS);
        expect(await vnc.state()).toBe('connected');
        await typeLine(vnc, 'still here');
        await expect.poll(() => difference(vnc), { timeout: 15_000 }).toBeLessThan(0.5);
        expect(vnc.complaints).toEqual([]);

        const opened = [...(await lines()).matchAll(/^wswrap: opened (\S+) /gm)];
        expect(opened.length).toBe(1);
        const peer = opened[0]?.[1] ?? '';
        await vnc.page.close();
        /* Xvnc names the browser as its peer, since no proxy stands between, and writes two colons. */
        const peerOfXvnc = peer.replace(':', '::');
        await expect.poll(() => home.log(), { timeout: 10_000 }).toMatch(`closed: ${peerOfXvnc}`);
        await expect.poll(lines, { timeout: 10_000 }).toMatch(`closed ${peer} `);
      },
      IDLE_MS + 60_000,
    );

    test('serves several pages at a time, and a page again after another', async () => {
      await start('--quiet');
      for (let time = 0; time < 3; time++) {
        const pages = await Promise.all([logIn(), logIn()]);
        /* Xvnc turns earlier clients away when one comes that will not share; noVNC shares. */
        for (const [index, vnc] of pages.entries()) await typeLine(vnc, `page ${time} ${index}`);
        for (const vnc of pages) {
          await expect.poll(() => difference(vnc), { timeout: 15_000 }).toBeLessThan(0.5);
          await vnc.page.close();
        }
      }
    });

    test('with a wrong password says so', async () => {
      await start('--quiet');
      const vnc = await VncPage.open(browser, `http://127.0.0.1:${sitePort}/?port=${home.port}`);
      await vnc.page.fill('#password', 'wrong');
      await vnc.page.keyboard.press('Enter');
      await vnc.page.waitForSelector('#status[data-state=disconnected]');
      await vnc.page.close();
    });

    test('has its lines written to the terminal, and goes on when the terminal is gone', async () => {
      const typed = `${process.execPath} ${wswrap} ${home.port} vncserver -geometry 640x480 :${home.display}`;
      const screen = home.file('screen');
      const terminal = execa({
        env: home.env,
        extendEnv: false,
        cwd: root,
        stdin: 'ignore',
        stdout: 'ignore',
      })`
      script --quiet --flush --return --command ${`${typed} && until [ -e ${home.file('done')} ]; do sleep 0.1; done`} ${screen}`;
      await expect
        .poll(() => home.read('screen'), { timeout: 20_000 })
        .toMatch(/listening .*for display/s);
      const vnc = await logIn();
      await expect.poll(() => home.read('screen')).toMatch(/wswrap: opened 127\.0\.0\.1:/);
      await writeFile(home.file('done'), '');
      await terminal;
      await typeLine(vnc, 'no terminal');
      await vnc.page.close();
      const again = await logIn();
      await typeLine(again, 'and again');
      await again.page.close();
    });

    /** How far the page's picture is from the desktop's, in levels of a color, on the average. noVNC asks for JPEG. */
    async function difference(vnc: VncPage): Promise<number> {
      const desktop = await home.screenshot();
      const { width, height, rgb } = await vnc.picture();
      expect([width, height, rgb.length]).toEqual([640, 480, desktop.length]);
      return (
        rgb.reduce((sum, level, at) => sum + Math.abs(level - (desktop[at] ?? 0)), 0) / rgb.length
      );
    }
  },
);
