import { execa } from 'execa';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { startProxy } from '../support/proxy.js';
import { requires } from '../support/requires.js';
import { VncHome } from '../support/vnc-home.js';
import { VncPage } from '../support/vnc-page.js';

/** A blue screen with a terminal in it; what is typed there ends up in a file. */
const SESSION = [
  "xsetroot -solid '#336699'",
  'exec xterm -geometry 60x16+40+40 -bg black -fg white -e sh -c \'cat > "$HOME/typed"\'',
];

requires(
  ['vncserver', 'vncpasswd', 'xterm', 'xsetroot', 'chromium'],
  "noVNC in Chromium, over wss:// to Debian's TigerVNC",
  () => {
    let browser: Browser;
    let home: VncHome;

    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser.close();
    });
    beforeEach(async () => {
      home = await VncHome.make(SESSION);
    });
    afterEach(async () => {
      await home.remove();
    });

    test('needs no more than one address', async () => {
      const options = { env: home.env, extendEnv: false, stdin: 'ignore' } as const;
      await execa(options)`vncserver -geometry 640x480 :${home.display}`;
      const proxy = await startProxy(home.port, '--cert', 'auto', '--web', 'novnc');
      const vnc = await VncPage.open(browser, `https://127.0.0.1:${proxy.port}/`);
      await vnc.page.fill('#password', VncHome.password);
      await vnc.page.keyboard.press('Enter');
      await vnc.connected();
      expect(await vnc.page.locator('#status').textContent()).toBe(
        `Connected to wss://127.0.0.1:${proxy.port}/`,
      );
      await vnc.until(({ rgb }) => [...rgb.subarray(0, 3)].join() === '51,102,153');
      await vnc.page.locator('canvas').hover({ position: { x: 150, y: 150 } });
      await vnc.page.keyboard.type('over TLS\n', { delay: 20 });
      await expect.poll(() => home.read('typed'), { timeout: 10_000 }).toContain('over TLS\n');
      expect(vnc.complaints).toEqual([]);
      await proxy.logged('opened', { tls: 'yes', origin: `https://127.0.0.1:${proxy.port}` });
      await vnc.page.close();
      await proxy.logged('closed', { cause: 'client' });
    });
  },
);
