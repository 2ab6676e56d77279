import { fileURLToPath } from 'node:url';

const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const root = inRoot('.');
/** The launcher as users start it. */
export const wswrap = inRoot('bin/wswrap.js');
/** What `npm ci` built. */
export const library = inRoot('build/Release/libwswrap.so');
/** What tests need besides: C tests, small servers. Built by global-setup.ts. */
export const nativeTests = inRoot('build/tests');
