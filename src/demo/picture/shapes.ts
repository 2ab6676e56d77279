import type { Framebuffer } from './framebuffer.js';

/* Shapes with soft edges: a pixel is covered according to the distance of its middle from the shape. */

export function disc(
  on: Framebuffer,
  cx: number,
  cy: number,
  radius: number,
  color: number,
  alpha = 1,
): void {
  around(on, cx, cy, radius, (x, y, distance) => {
    on.blend(x, y, color, alpha * edge(radius - distance));
  });
}

export function ring(
  on: Framebuffer,
  cx: number,
  cy: number,
  radius: number,
  thickness: number,
  color: number,
  alpha = 1,
): void {
  const half = thickness / 2;
  around(on, cx, cy, radius + half, (x, y, distance) => {
    on.blend(x, y, color, alpha * edge(half - Math.abs(distance - radius)));
  });
}

/** A disc that fades from its middle to nothing. */
export function glow(
  on: Framebuffer,
  cx: number,
  cy: number,
  radius: number,
  color: number,
  alpha = 1,
): void {
  around(on, cx, cy, radius, (x, y, distance) => {
    const near = Math.max(0, 1 - distance / radius);
    on.blend(x, y, color, alpha * near * near);
  });
}

/** A line with round ends. */
export function line(
  on: Framebuffer,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  thickness: number,
  color: number,
  alpha = 1,
): void {
  const half = thickness / 2;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length2 = dx * dx + dy * dy || 1;
  const reach = half + 1;
  for (let y = Math.floor(Math.min(y0, y1) - reach); y <= Math.max(y0, y1) + reach; y++) {
    for (let x = Math.floor(Math.min(x0, x1) - reach); x <= Math.max(x0, x1) + reach; x++) {
      const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length2));
      const distance = Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
      on.blend(x, y, color, alpha * edge(half - distance));
    }
  }
}

export function fill(
  on: Framebuffer,
  x: number,
  y: number,
  width: number,
  height: number,
  color: number,
  alpha = 1,
): void {
  for (let line = y; line < y + height; line++) {
    for (let at = x; at < x + width; at++) on.blend(at, line, color, alpha);
  }
}

function around(
  on: Framebuffer,
  cx: number,
  cy: number,
  radius: number,
  visit: (x: number, y: number, distance: number) => void,
): void {
  const reach = radius + 1;
  const top = Math.max(0, Math.floor(cy - reach));
  const bottom = Math.min(on.height - 1, Math.ceil(cy + reach));
  const left = Math.max(0, Math.floor(cx - reach));
  const right = Math.min(on.width - 1, Math.ceil(cx + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) visit(x, y, Math.hypot(x - cx, y - cy));
  }
}

/** How much of a pixel is covered whose middle lies `inside` pixels within the edge (negative: outside). */
function edge(inside: number): number {
  return Math.min(1, Math.max(0, inside + 0.5));
}
