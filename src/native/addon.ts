import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What native/addon exports, as it is; the other files of this folder give it its final shape. */
export interface Addon {
  readonly constants: {
    readonly version: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, number>>;
  };
}

const location = new URL('../../build/Release/wswrap.node', import.meta.url);

export const addon: Addon = createRequire(import.meta.url)(fileURLToPath(location));
