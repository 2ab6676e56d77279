/** Why a program cannot be wrapped; stable. */
export type Obstacle =
  | 'architecture'
  | 'capabilities'
  | 'clears-environment'
  | 'damaged'
  | 'go'
  | 'interpreter'
  | 'libc'
  | 'nested-too-deep'
  | 'setgid'
  | 'setuid'
  | 'static'
  | 'unknown-format';

export type Verdict =
  | { readonly wrappable: true; readonly notes: readonly string[] }
  | {
      readonly wrappable: false;
      readonly code: Obstacle;
      readonly reason: string;
      /** What to do instead: a sentence. */
      readonly advice: string;
    };

export function wrappable(...notes: readonly string[]): Verdict {
  return { wrappable: true, notes };
}

export function obstacle(code: Obstacle, reason: string, advice: string): Verdict {
  return { wrappable: false, code, reason, advice };
}
