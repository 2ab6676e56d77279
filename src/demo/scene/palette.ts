export const NIGHT = 0x0b1026;
export const DUSK = 0x3b1f5b;
export const STAR = 0xdfe8ff;
export const INK = 0xe8ecff;
export const QUIET = 0x8d97c9;
export const SUN = 0xffb454;
export const ROSE = 0xff5c8a;
export const FACE = 0x141a3c;

/** Colors of the clients, whose numbers begin with 1. */
const CLIENT_COLORS = [0x4de1c1, 0xffb454, 0xff5c8a, 0x7aa2ff, 0xb6f25c, 0xd58cff];

export function clientColor(client: number): number {
  return CLIENT_COLORS[(client - 1) % CLIENT_COLORS.length] ?? INK;
}
