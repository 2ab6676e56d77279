const KEYSYM_BACKSPACE = 0xff08;
const KEYSYM_RETURN = 0xff0d;
const KEYSYM_KEYPAD_ENTER = 0xff8d;
/** From here on a keysym is a Unicode character plus this. */
const KEYSYM_UNICODE = 0x01000000;

/** What a key types: a character, `\b`, `\n`, or undefined for keys that type nothing. */
export function characterOf(keysym: number): string | undefined {
  if (keysym === KEYSYM_BACKSPACE) return '\b';
  if (keysym === KEYSYM_RETURN || keysym === KEYSYM_KEYPAD_ENTER) return '\n';
  if (keysym >= 0x20 && keysym <= 0x7e) return String.fromCharCode(keysym);
  if (keysym >= KEYSYM_UNICODE && keysym <= KEYSYM_UNICODE + 0x10ffff) {
    return String.fromCodePoint(keysym - KEYSYM_UNICODE);
  }
  return undefined;
}
