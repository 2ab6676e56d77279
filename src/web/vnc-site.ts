import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mounts } from './locate-file.js';

/** What a page needs that shows an RFB server: noVNC, and what joins it to the page. */
export const vncMounts: Mounts = {
  '/vnc/': sourceFolder('src/web/vnc/'),
  '/novnc/': join(dirname(createRequire(import.meta.url).resolve('@novnc/novnc')), '..'),
};

/** A folder of the package with files that are not compiled: they lie there also when this file runs from dist/. */
export function sourceFolder(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
