import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { listen } from '../../src/web/listen.js';
import { staticHandler } from '../../src/web/static-handler.js';

/* What noVNC's own tests/vnc_playback.html does with a recording, which the package of noVNC does not bring along: it loads the
 * file as a script, turns the strings into bytes, and hands those of the server to RFB, one after the other. */

const HTML = `<!doctype html><div id="VNC_screen"></div>
<script src="recording.js"></script><script type="module" src="playback.js"></script>`;

const SCRIPT = `
import RFB from './novnc/core/rfb.js';
class FakeWebSocket {
  binaryType = 'arraybuffer'; protocol = ''; readyState = 'open';
  onerror() {} onmessage() {} onopen() {} send() {} close() {}
}
if (VNC_frame_encoding !== 'binary') throw new Error('that is for others');
const frames = VNC_frame_data.slice(0, VNC_frame_data.indexOf('EOF'));
const socket = new FakeWebSocket();
const rfb = new RFB(document.getElementById('VNC_screen'), socket);
rfb.viewOnly = true;
rfb.addEventListener('credentialsrequired',
  () => rfb.sendCredentials({ username: 'Foo', password: 'Bar', target: 'Baz' }));
for (const frame of frames) {
  const at = frame.indexOf('{', 1) + 1;
  if (frame[0] === '}') continue;
  const data = Uint8Array.from(frame.slice(at), (character) => character.charCodeAt(0));
  await new Promise((resolve) => setTimeout(resolve));
  while (rfb._flushing) await rfb._display.flush();
  socket.onmessage({ data });
}
while (rfb._display.pending()) await rfb._display.flush();
document.body.dataset.state = 'ended';
`;

/** A page that has played the recording to its end. */
export async function playWithNovnc(browser: Browser, file: string): Promise<Page> {
  const novnc = join(dirname(createRequire(import.meta.url).resolve('@novnc/novnc')), '..');
  const files = staticHandler({ '/novnc/': novnc });
  const pages: Record<string, [type: string, text: string]> = {
    '/': ['text/html', HTML],
    '/playback.js': ['text/javascript', SCRIPT],
    '/recording.js': ['text/javascript', readFileSync(file, 'latin1')],
  };
  const server = createServer((request, response) => {
    const [type, text] = pages[request.url ?? ''] ?? [];
    if (type === undefined) return files(request, response);
    response.setHeader('Content-Type', type);
    response.end(text);
  });
  const port = await listen(server, 0, '127.0.0.1');
  const page = await browser.newPage();
  onTestFinished(async () => {
    await page.close();
    server.close();
  });
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForSelector('body[data-state=ended]');
  return page;
}
