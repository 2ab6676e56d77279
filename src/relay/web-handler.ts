import type { RequestListener } from 'node:http';
import { staticHandler } from '../web/static-handler.js';
import { sourceFolder, vncMounts } from '../web/vnc-site.js';

/** What --web serves: the files of a folder, or for 'novnc' a page that shows the RFB server behind its own address. */
export function webHandler(web: string): RequestListener {
  if (web !== 'novnc') return staticHandler({ '/': web });
  const files = staticHandler({ ...vncMounts, '/': sourceFolder('src/web/novnc/') });
  return (request, response) => {
    // In the frame of another site's page it would pass for our own, and clicks could be led into the desktop.
    response.setHeader('X-Frame-Options', 'SAMEORIGIN');
    files(request, response);
  };
}
