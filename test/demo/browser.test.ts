import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { requires } from '../support/requires.js';
import { brightness, type Picture, VncPage } from '../support/vnc-page.js';
import { Demo } from './demo-process.js';

const demos: Demo[] = [];
function startDemo(...args: string[]): Demo {
  const demo = new Demo(...args);
  demos.push(demo);
  return demo;
}
afterEach(async () => {
  for (const demo of demos.splice(0)) await demo.stop('SIGINT');
});

requires(['chromium'], 'npm run demo in a browser', () => {
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

    const first = await vnc.until((picture) => brightness(picture, 320, 475) > 200); /* the sea */
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
    await vnc.until((picture) => brightestOnTheRight(picture) > brightestOnTheRight(first) + 60);

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

/** The brightest of the pixels over which rings from 60, 200 pass. A single one they pass too fast to be seen surely. */
function brightestOnTheRight(picture: Picture): number {
  const pixels = Array.from({ length: 60 }, (_, index) => brightness(picture, 80 + index, 200));
  return Math.max(...pixels);
}

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
