/** A picture of `width` × `height` pixels, each `0x00RRGGBB`. */
export class Framebuffer {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height);
  }

  copyFrom(other: Framebuffer): void {
    this.pixels.set(other.pixels);
  }

  /** Lays `color` over one pixel; `cover` 0 leaves it as it is, 1 replaces it. Outside the picture nothing happens. */
  blend(x: number, y: number, color: number, cover: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height || cover <= 0) return;
    const at = y * this.width + x;
    this.pixels[at] = mix(this.pixels[at] ?? 0, color, Math.min(cover, 1));
  }
}

/** The color that lies `share` (0 to 1) of the way from one color to another. */
export function mix(from: number, to: number, share: number): number {
  const weight = Math.round(share * 256);
  const rest = 256 - weight;
  const redBlue = ((from & 0xff00ff) * rest + (to & 0xff00ff) * weight) / 256;
  const green = ((from & 0x00ff00) * rest + (to & 0x00ff00) * weight) / 256;
  return (redBlue & 0xff00ff) | (green & 0x00ff00);
}
