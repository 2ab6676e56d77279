import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { root, wswrap } from '../support/paths.js';
import { requires } from '../support/requires.js';
import { VncHome } from '../support/vnc-home.js';
import { VncPage } from '../support/vnc-page.js';

const SESSION = ["xsetroot -solid '#336699'", 'exec xprop -root -spy >/dev/null'];

requires(
  ['vncserver', 'vncpasswd', 'xsetroot', 'xprop', 'chromium', 'gvnccapture', 'convert'],
  'The port of a vncserver that is wrapped with --cert auto --web novnc --also-tcp',
  () => {
    let browser: Browser;
    let home: VncHome;
    let folder: string;
    beforeAll(async () => {
      browser = await openBrowser();
      home = await VncHome.make(SESSION);
      folder = await mkdtemp(join(tmpdir(), 'wswrap-vnc-'));
      const options = ['--cert', 'auto', '--web', 'novnc', '--also-tcp'];
      const log = ['--log-file', home.file('wswrap.log')];
      /* gvnccapture asks for a password on its terminal only, and does not ask to share. */
      const open = ['-SecurityTypes', 'None', '-AlwaysShared', '-geometry', '640x480'];
      const command = ['vncserver', ...open, `:${home.display}`];
      await execa(process.execPath, [wswrap, ...options, ...log, String(home.port), ...command], {
        env: home.env,
        extendEnv: false,
        cwd: root,
        stdin: 'ignore',
      });
    });
    afterAll(async () => {
      await browser.close();
      await home.remove();
      await rm(folder, { recursive: true });
    });

    async function look(address: string): Promise<VncPage> {
      const vnc = await VncPage.open(browser, address);
      await vnc.connected();
      await vnc.until(({ rgb }) => [...rgb.subarray(0, 3)].join() === '51,102,153');
      expect(vnc.complaints).toEqual([]);
      return vnc;
    }

    test.for([
      ['https', 'wss'],
      ['http', 'ws'],
    ])('shows noVNC over %s://', async ([page, socket]) => {
      const vnc = await look(`${page}://127.0.0.1:${home.port}/`);
      expect(await vnc.page.locator('#status').textContent()).toBe(
        `Connected to ${socket}://127.0.0.1:${home.port}/`,
      );
      const opened = new RegExp(`opened (\\S+) .*origin=${page}://127.0.0.1:${home.port}`);
      const [, peer = ''] = opened.exec(await home.read('wswrap.log')) ?? [];
      await vnc.page.close();
      const seen = `closed: ${peer.replace(':', '::')}`;
      await expect.poll(() => home.log(), { timeout: 10_000 }).toMatch(seen);
    });

    test('serves a viewer that speaks RFB over TCP, at the same time', async () => {
      const vnc = await look(`https://127.0.0.1:${home.port}/`);
      const file = join(folder, 'screen.png');
      await execa`gvnccapture 127.0.0.1:${home.display} ${file}`;
      const { stdout } = await execa({ encoding: 'buffer' })`convert ${file} -depth 8 rgb:-`;
      expect([...stdout.subarray(0, 3)]).toEqual([0x33, 0x66, 0x99]);
      expect(await vnc.state()).toBe('connected');
      expect(await home.read('wswrap.log')).toMatch(/passed .* reason=silent/);
    });
  },
);
