import { constants } from '../native/addon.js';
import type { EnvironmentKey } from '../native/tables.js';
import type { Settings } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Descriptors that the library finds by number, and itself. */
export interface Fixtures {
  readonly library: string;
  readonly stateFd: number;
  readonly logFd: number;
  /** To the recorder; undefined: there is none. */
  readonly recorderFd?: number | undefined;
}

/**
 * The environment of the wrapped command: ours, the library before whatever was preloaded already, and its settings.
 * Settings that an outer wswrap has left there are replaced or removed.
 */
export function childEnvironment(
  ours: Environment,
  settings: Settings,
  fixtures: Fixtures,
): Record<string, string> {
  const theirs: Record<string, string | undefined> = { ...ours };
  const values = libraryValues(settings, fixtures);
  for (const key of Object.keys(constants.environment) as EnvironmentKey[]) {
    theirs[constants.environment[key]] = values[key];
  }
  theirs['LD_PRELOAD'] = prepended(fixtures.library, ours['LD_PRELOAD']);
  return Object.fromEntries(
    Object.entries(theirs).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function libraryValues(
  settings: Settings,
  fixtures: Fixtures,
): Record<EnvironmentKey, string | undefined> {
  return {
    VERSION: constants.version,
    PORTS: settings.ports.join(','),
    STATE_FD: String(fixtures.stateFd),
    LOG_FD: String(fixtures.logFd),
    RECORDER_FD: fixtures.recorderFd?.toString(),
    LOG_FORMAT: settings.logFormat,
    LOG_LEVEL: String(settings.logLevel),
    SUBPROTOCOL: settings.subprotocols,
    DIALECT: settings.dialects?.join(','),
    ALLOW_ORIGIN: settings.allowOrigins,
    ALLOW_HOST: settings.allowHosts,
    TRUST_PROXY: settings.trustProxy,
    HANDSHAKE_TIMEOUT: String(settings.handshakeTimeoutMs),
    HEARTBEAT: String(settings.services.heartbeatMs),
    PONG_TIMEOUT: String(settings.services.pongTimeoutMs),
    IDLE_TIMEOUT: String(settings.services.idleTimeoutMs),
    TLS: flag(settings.services.cert !== undefined),
    WEB: flag(settings.services.web !== undefined),
    SECURE_ONLY: flag(settings.services.sslOnly),
    ALSO_TCP: settings.services.alsoTcpSeconds?.toString(),
  };
}

function flag(set: boolean): string | undefined {
  return set ? '1' : undefined;
}

/** The loader takes colons and blanks as separators; one copy of the library is enough. */
function prepended(library: string, present: string | undefined): string {
  const others = (present ?? '').split(/[: ]+/).filter((path) => path !== '' && path !== library);
  return [library, ...others].join(':');
}
