import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { finished } from 'node:stream/promises';
import { execa } from 'execa';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { siteHandler } from '../../src/demo/site.js';
import { convert } from '../../src/recording/convert.js';
import { summarize } from '../../src/recording/summary.js';
import { listen } from '../../src/web/listen.js';
import { openBrowser } from '../support/browser.js';
import { root, wswrap } from '../support/paths.js';
import { requires } from '../support/requires.js';
import { VncHome } from '../support/vnc-home.js';
import { type Picture, pictureOf, VncPage } from '../support/vnc-page.js';
import { playWithNovnc } from './novnc-playback.js';
import { PlayerPage } from './player-page.js';
import { Folder } from './sample.js';

const SESSION = [
  "xsetroot -solid '#336699'",
  'exec xterm -geometry 60x16+40+40 -bg black -fg white -e sh -c \'cat > "$HOME/typed"\'',
];

/** For what another process does. */
async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await done()).toBe(true), { timeout: 30_000 });
}

/** Not by toEqual, which takes seconds for so many bytes. */
function expectSame(picture: Picture, wanted: Picture): void {
  expect([picture.width, picture.height]).toEqual([wanted.width, wanted.height]);
  expect(Buffer.compare(picture.rgb, wanted.rgb)).toBe(0);
}

requires(
  ['vncserver', 'vncpasswd', 'xterm', 'xsetroot', 'import', 'chromium'],
  "wsreplay plays a session with Debian's TigerVNC, recorded by wswrap,",
  () => {
    let browser: Browser;
    let folder: Folder;
    let home: VncHome;
    let site: Server;
    let recording: string;
    let last: Picture;

    beforeAll(async () => {
      browser = await openBrowser();
      folder = await Folder.make();
      home = await VncHome.make(SESSION);
      site = createServer(siteHandler(0));
      const port = await listen(site, 0, '127.0.0.1');
      recording = `${folder.file('vnc')}.1`;
      last = await recordSession(`http://127.0.0.1:${port}/?port=${home.port}`);
    });
    afterAll(async () => {
      site.close();
      site.closeAllConnections();
      await home.remove();
      await browser.close();
      await folder.remove();
    });

    /** Logs in, types, and goes. Returns the picture at the end. */
    async function recordSession(address: string): Promise<Picture> {
      const options = { env: home.env, extendEnv: false, cwd: root, stdin: 'ignore' } as const;
      const command = ['vncserver', '-geometry', '640x480', `:${home.display}`];
      const words = ['--record', folder.file('vnc'), '--quiet', String(home.port), ...command];
      await execa(process.execPath, [wswrap, ...words], options);
      const vnc = await VncPage.open(browser, address);
      await vnc.page.fill('#password', VncHome.password);
      await vnc.page.keyboard.press('Enter');
      await vnc.connected();
      const desktop = ({ rgb }: Picture) => [...rgb.subarray(0, 3)].join() === '51,102,153';
      await vnc.until(desktop);
      await vnc.moveTo(100, 100);
      await vnc.page.keyboard.type('Hello, recording\n', { delay: 20 });
      await until(async () => (await home.read('typed')).includes('recording\n'));
      const picture = await settled(vnc);
      await vnc.page.close();
      await until(
        () => existsSync(recording) && readFileSync(recording, 'latin1').endsWith("'EOF'];\n"),
      );
      return picture;
    }

    /** The picture when it is as the desktop is: what noVNC got as JPEG is made exact soon after. */
    async function settled(vnc: VncPage): Promise<Picture> {
      const screen = await home.screenshot();
      return vnc.until(({ rgb }) =>
        rgb.every((level, at) => Math.abs(level - (screen[at] ?? 0)) < 32),
      );
    }

    test('to the same picture', async () => {
      const player = await PlayerPage.open(browser, recording);
      await player.page.selectOption('#speed', '16');
      await player.page.click('#play');
      await player.until('ended');
      expectSame(await player.picture(), last);
      expect(player.complaints).toEqual([]);
    });

    test('to the same picture from any place on, forwards and back', async () => {
      const player = await PlayerPage.open(browser, recording);
      const { durationMs } = await summarize(recording);
      await player.page.press('body', 'End');
      await player.until('ended');
      expectSame(await player.picture(), last);
      await player.clickPlot(0.5);
      await player.until('paused');
      expect(Math.abs((await player.position()) - durationMs / 2)).toBeLessThan(durationMs / 100);
      await player.page.press('body', 'End');
      await player.until('ended');
      expectSame(await player.picture(), last);
    });

    test('when it broke off', async () => {
      const whole = readFileSync(recording);
      const cut = folder.file('cut.1');
      writeFileSync(cut, whole.subarray(0, whole.length - 40));
      const player = await PlayerPage.open(browser, cut);
      await player.page.press('body', 'End');
      await player.until('ended');
      const { width, height } = await player.picture();
      expect([width, height]).toEqual([640, 480]);
      expect(await player.page.textContent('#facts')).toMatch('breaks off');
    });

    test('in the format of 2010 to the same picture', async () => {
      const old = folder.file('vnc.2010');
      const output = createWriteStream(old);
      await convert(recording, 'base64', output);
      output.end();
      await finished(output);
      const player = await PlayerPage.open(browser, old);
      await player.page.press('body', 'End');
      await player.until('ended');
      expectSame(await player.picture(), last);
    });

    test('and so does a page that does what that of noVNC does', async () => {
      const page = await playWithNovnc(browser, recording);
      expectSame(await pictureOf(page, 'canvas'), last);
    });
  },
);
