import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { root } from '../support/paths.js';
import { Program } from '../support/process.js';
import { type Picture, pictureOf } from '../support/vnc-page.js';

/** `wsreplay FILE` and its page in a browser. */
export class PlayerPage {
  readonly page: Page;
  /** What went wrong in the page: errors, dialogs, files that it did not get. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('dialog', (dialog) => this.complaints.push(dialog.message()));
    page.on('response', (response) => {
      if (response.status() >= 400) this.complaints.push(`${response.status()} ${response.url()}`);
    });
  }

  static async open(browser: Browser, file: string): Promise<PlayerPage> {
    const wsreplay = new Program(process.execPath, [`${root}/bin/wsreplay.js`, file], {
      cwd: root,
      env: process.env,
    });
    const address = /http:\S+/.exec(await wsreplay.output.line(/^Open /))?.[0] ?? '';
    const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
    onTestFinished(() => page.close());
    const player = new PlayerPage(page);
    await page.goto(address);
    await player.until('paused');
    return player;
  }

  async until(state: 'paused' | 'playing' | 'ended'): Promise<void> {
    await this.page.waitForSelector(`body[data-state=${state}]`);
  }

  /** Clicks at a part of the plot's width. */
  async clickPlot(part: number): Promise<void> {
    await this.hoverPlot(part);
    await this.page.mouse.down();
    await this.page.mouse.up();
  }

  async hoverPlot(part: number): Promise<void> {
    const box = await this.page.locator('#plot').boundingBox();
    if (box === null) throw new Error('there is no plot');
    await this.page.mouse.move(box.x + box.width * part, box.y + box.height / 2);
  }

  /** Milliseconds from the beginning. */
  async position(): Promise<number> {
    return Number(await this.page.inputValue('#seek'));
  }

  async picture(): Promise<Picture> {
    return pictureOf(this.page, '#picture canvas');
  }
}
