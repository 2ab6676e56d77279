import type { Browser, Page } from 'playwright-core';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel. */
  readonly rgb: Uint8Array;
}

/** The demo's page in a browser, and what can be done with it. */
export class VncPage {
  readonly page: Page;
  /** What went wrong in the page: errors that it threw, files that it did not get. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('response', (response) => {
      if (response.status() >= 400) this.complaints.push(`${response.status()} ${response.url()}`);
    });
  }

  static async open(browser: Browser, address: string): Promise<VncPage> {
    const page = await browser.newPage({
      viewport: { width: 760, height: 640 },
      // The tests' servers make their certificates up.
      ignoreHTTPSErrors: true,
    });
    const vnc = new VncPage(page);
    await page.goto(address);
    return vnc;
  }

  async state(): Promise<string | undefined> {
    return (await this.page.locator('#status').getAttribute('data-state')) ?? undefined;
  }

  async connected(): Promise<void> {
    await this.page.waitForSelector('#status[data-state=connected]');
  }

  /** What noVNC has painted; black until the first update has come. */
  async picture(): Promise<Picture> {
    return pictureOf(this.page, 'canvas');
  }

  /** Looks at the picture again and again until it is as the test wants it. */
  async until(wanted: (picture: Picture) => boolean): Promise<Picture> {
    for (;;) {
      const picture = await this.picture();
      if (wanted(picture)) return picture;
      await this.page.waitForTimeout(50);
    }
  }

  /** Moves the pointer to a pixel of the picture. */
  async moveTo(x: number, y: number): Promise<void> {
    const box = await this.page.locator('canvas').boundingBox();
    if (box === null) throw new Error('there is no canvas');
    await this.page.mouse.move(box.x + x, box.y + y);
  }
}

/** What is painted on a canvas of the page. */
export async function pictureOf(page: Page, canvas: string): Promise<Picture> {
  const { width, height, base64 } = (await page.evaluate(`(() => {
    const canvas = document.querySelector('${canvas}');
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    let text = '';
    for (let at = 0; at < data.length; at += 4) {
      text += String.fromCharCode(data[at], data[at + 1], data[at + 2]);
    }
    return { width, height, base64: btoa(text) };
  })()`)) as { width: number; height: number; base64: string };
  return { width, height, rgb: Buffer.from(base64, 'base64') };
}

/** Red, green and blue of the pixel at x, y, added up. */
export function brightness({ width, rgb }: Picture, x: number, y: number): number {
  const at = 3 * (y * width + x);
  return (rgb[at] ?? 0) + (rgb[at + 1] ?? 0) + (rgb[at + 2] ?? 0);
}
