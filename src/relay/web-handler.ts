import type { RequestListener } from 'node:http';
import { staticHandler } from '../web/static-handler.js';
import { sourceFolder, vncMounts } from '../web/vnc-site.js';

/** What --web serves: the files of a folder, or for 'novnc' a page that shows the RFB server behind its own address. */
export function webHandler(web: string): RequestListener {
  if (web !== 'novnc') return staticHandler({ '/': web });
  return staticHandler({ ...vncMounts, '/': sourceFolder('src/web/novnc/') });
}
