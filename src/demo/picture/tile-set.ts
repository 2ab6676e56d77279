import { intersect, isEmpty, type Rect } from './rect.js';

/** Side of a tile in pixels. Changes are noted by tile: small enough to be worth it, large enough to be few. */
export const TILE = 32;

/** A set of tiles of a picture: those that changed, or those that one client has yet to be sent. */
export class TileSet {
  readonly columns: number;
  readonly rows: number;
  readonly #picture: Rect;
  readonly #marks: Uint8Array;

  constructor(width: number, height: number) {
    this.columns = Math.ceil(width / TILE);
    this.rows = Math.ceil(height / TILE);
    this.#picture = { x: 0, y: 0, width, height };
    this.#marks = new Uint8Array(this.columns * this.rows);
  }

  add(column: number, row: number): void {
    this.#marks[row * this.columns + column] = 1;
  }

  addAll(other: TileSet): void {
    for (let i = 0; i < this.#marks.length; i++) {
      if (other.#marks[i] === 1) this.#marks[i] = 1;
    }
  }

  /** Marks every tile that the rectangle touches. */
  addRect(rect: Rect): void {
    const inside = intersect(rect, this.#picture);
    if (isEmpty(inside)) return;
    const right = Math.floor((inside.x + inside.width - 1) / TILE);
    const bottom = Math.floor((inside.y + inside.height - 1) / TILE);
    for (let row = Math.floor(inside.y / TILE); row <= bottom; row++) {
      for (let column = Math.floor(inside.x / TILE); column <= right; column++) {
        this.add(column, row);
      }
    }
  }

  clear(): void {
    this.#marks.fill(0);
  }

  /** Removes the tiles that lie inside `region` and returns them as rectangles, neighbours in a row joined. A tile that
   * reaches beyond the region is returned in part and stays marked. */
  take(region: Rect): Rect[] {
    const rects: Rect[] = [];
    for (let row = 0; row < this.rows; row++) this.#takeRow(row, region, rects);
    return rects;
  }

  #takeRow(row: number, region: Rect, rects: Rect[]): void {
    for (let column = 0; column < this.columns; column++) {
      const at = row * this.columns + column;
      if (this.#marks[at] === 0) continue;
      const tile = this.#tile(column, row);
      const part = intersect(tile, region);
      if (isEmpty(part)) continue;
      if (part.width === tile.width && part.height === tile.height) this.#marks[at] = 0;
      const last = rects.at(-1);
      if (last !== undefined && last.y === part.y && last.x + last.width === part.x) {
        rects[rects.length - 1] = { ...last, width: last.width + part.width };
      } else {
        rects.push(part);
      }
    }
  }

  #tile(column: number, row: number): Rect {
    return intersect({ x: column * TILE, y: row * TILE, width: TILE, height: TILE }, this.#picture);
  }
}
