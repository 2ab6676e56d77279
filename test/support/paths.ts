import { fileURLToPath } from 'node:url';

const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const root = inRoot('.');
/** The commands as users start them. */
export const wswrap = inRoot('bin/wswrap.js');
export const wsproxy = inRoot('bin/wsproxy.js');
/** What `npm ci` built. */
export const library = inRoot('build/Release/libwswrap.so');
/** What tests need besides: C tests, small servers. Built by global-setup.ts. */
export const nativeTests = inRoot('build/tests');
