import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { requires } from '../support/requires.js';
import { PlayerPage } from './player-page.js';
import { entry, Folder, HOSTILE, writeRecording } from './sample.js';

let browser: Browser;
let folder: Folder;

function prepare(): void {
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await Folder.make();
  });
  afterAll(async () => {
    await browser.close();
    await folder.remove();
  });
}

requires(['chromium'], 'wsreplay shows the bytes of another protocol', () => {
  prepare();

  test('in hexadecimal and text, and nothing in them becomes part of the page', async () => {
    const path = folder.file('hostile.1');
    writeRecording(
      path,
      HOSTILE.map((payload, at) =>
        entry(at % 2 === 0 ? 'to-client' : 'from-client', at * 100, payload),
      ),
    );
    const player = await PlayerPage.open(browser, path);
    await player.page.press('body', 'End');
    await player.until('ended');
    const rows = player.page.locator('#bytes article');
    expect(await rows.count()).toBe(HOSTILE.length);
    expect(await rows.nth(4).textContent()).toMatch('</script><script');
    expect(await player.page.locator('#bytes script').count()).toBe(0);
    expect(await player.page.locator('#views').isVisible()).toBe(false);
    expect(player.complaints).toEqual([]);
  });

  test('from the place on that is clicked, without what was long before', async () => {
    const path = folder.file('long.1');
    const seconds = Array.from({ length: 3600 }, (_, at) =>
      entry('to-client', at * 1000, `second ${at}\n`),
    );
    writeRecording(path, seconds);
    const player = await PlayerPage.open(browser, path);
    await player.clickPlot(0.5);
    await player.until('paused');
    const second = async (row: string) =>
      Number(/second (\d+)/.exec((await player.page.textContent(`${row} b`)) ?? '')?.[1]);
    expect(Math.abs((await second('#bytes .current')) - 1800)).toBeLessThan(20);
    expect(await second('#bytes article:first-child')).toBeGreaterThan(600);
  });

  test('as time goes by', async () => {
    const path = folder.file('short.1');
    writeRecording(path, [entry('to-client', 0, 'first'), entry('from-client', 1000, 'last')]);
    const player = await PlayerPage.open(browser, path);
    expect(await player.page.locator('#bytes article').count()).toBe(1);
    await player.page.press('body', ' ');
    await player.until('ended');
    expect(await player.page.textContent('#bytes .current')).toMatch('last');
    expect(await player.page.textContent('#time')).toBe('0:01.0 / 0:01.0');
  });

  test('at the place that the keys say, whatever has been clicked before', async () => {
    const path = folder.file('keys.1');
    writeRecording(path, [entry('to-client', 0, 'first'), entry('to-client', 60_000, 'last')]);
    const player = await PlayerPage.open(browser, path);
    await player.page.press('#restart', 'ArrowRight');
    expect(await player.position()).toBe(5000);
    await player.page.press('#seek', 'ArrowRight');
    expect(await player.position()).toBe(10_000);
    await player.page.press('#skip', ' ');
    expect(await player.page.isChecked('#skip')).toBe(true);
    await player.page.press('#seek', ' ');
    await player.until('playing');
  });

  test('with the last of them in the plot', async () => {
    const path = folder.file('answer.1');
    writeRecording(path, [entry('from-client', 0, 'question'), entry('to-client', 500, 'answer')]);
    const player = await PlayerPage.open(browser, path);
    await player.hoverPlot(0.9999);
    expect(await player.page.textContent('#tip')).toMatch('6 bytes to client');
  });
});

requires(['chromium'], 'wsreplay shows a picture', () => {
  prepare();

  test('and noVNC has nothing to complain about when it is taken away', async () => {
    const path = folder.file('rfb.1');
    writeRecording(path, [
      entry('to-client', 0, 'RFB 003.008\n'),
      entry('to-client', 1000, '\x01\x01'),
    ]);
    const player = await PlayerPage.open(browser, path);
    await player.page.clock.install();
    await player.page.click('#view-bytes');
    await player.page.waitForSelector('#bytes article');
    await player.page.clock.fastForward(60_000);
    expect(player.complaints).toEqual([]);
  });

  test('up to what noVNC cannot read, and says so', async () => {
    const path = folder.file('unknown.1');
    const name = 'test';
    const format = Buffer.from([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);
    const size = Buffer.from([0, 16, 0, 16]);
    const init = Buffer.concat([
      size,
      format,
      Buffer.from([0, 0, 0, name.length]),
      Buffer.from(name),
    ]);
    writeRecording(path, [
      entry('to-client', 0, 'RFB 003.008\n'),
      entry('to-client', 100, '\x01\x01'),
      entry('to-client', 200, '\0\0\0\0'),
      entry('to-client', 300, init),
      entry('to-client', 1000, Buffer.from([0xee])),
      entry('to-client', 1100, 'more'),
    ]);
    const player = await PlayerPage.open(browser, path);
    const message = player.page.locator('#message');
    await player.page.press('body', 'ArrowRight');
    await player.until('ended');
    expect(await message.textContent()).toMatch('noVNC cannot read this session from here on');
    await player.page.press('body', 'Home');
    await player.until('paused');
    expect(await message.textContent()).toBe('');
  });
});
