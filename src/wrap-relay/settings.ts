import type { Settings } from '../launcher/settings.js';
import type { Identity } from '../relay/identity.js';

/** What the launcher leaves for the relay, however often that is started. */
export interface RelaySettings {
  readonly settings: Settings;
  /** Made up for --cert auto, or what the files held when wswrap was started. */
  readonly identity?: Identity;
}

/** Descriptors that the keeper passes on to the relay: native/keeper/keeper.c. */
export const descriptors = { socket: 3, state: 4, settings: 5, counter: 6 } as const;
