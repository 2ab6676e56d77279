import { diagnose } from '../doctor/diagnose.js';

export interface CheckResult {
  readonly text: string;
  readonly exitCode: number;
}

const CANNOT_BE_WRAPPED = 3;

/** The doctor's verdict on a command, in words. */
export function check(command: string, args: readonly string[]): CheckResult {
  const { verdict } = diagnose(command, args);
  if (!verdict.wrappable) {
    const lines = [`${command} cannot be wrapped: ${verdict.reason}.`, verdict.advice];
    return { text: lines.join('\n'), exitCode: CANNOT_BE_WRAPPED };
  }
  const lines = [`${command} can be wrapped:`, ...verdict.notes.map((note) => `  ${note}`)];
  return { text: lines.join('\n'), exitCode: 0 };
}
