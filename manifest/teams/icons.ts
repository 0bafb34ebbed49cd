import { writeFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'

/** Draws the two icons of the package: a shield with a tick, as the console shows it. Run this file to write them anew. */

export interface Picture {
  size: number
  /** Red, green, blue, alpha of each point, row by row. */
  pixels: Buffer
}

type Color = [red: number, green: number, blue: number, alpha: number]
type Shape = (x: number, y: number) => boolean

const indigo: Color = [0x4f, 0x52, 0xb2, 255]
const white: Color = [255, 255, 255, 255]
const clear: Color = [255, 255, 255, 0]
/** Points looked at for each pixel, both ways: smooth edges. */
const grain = 6

/** Coordinates run from -1 to 1, downwards. */
const shield =
  (scale: number): Shape =>
  (x, y) => {
    const side = Math.abs(x / scale)
    const height = y / scale
    const width = height < 0 ? 0.7 : 0.7 * (1 - (height / 0.92) ** 2.2)
    return side <= width && height >= -0.86 + 0.16 * (side / 0.7) && height <= 0.92
  }

type Point = [x: number, y: number]
const corners: Point[] = [
  [-0.27, -0.03],
  [-0.07, 0.17],
  [0.29, -0.22],
]

/** Two strokes with round ends, twice `half` wide. */
const tick =
  (half: number): Shape =>
  (x, y) =>
    corners.some((from, index) => distance([x, y], from, corners[index + 1] ?? from) <= half)

function distance([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): number {
  const [wide, high] = [toX - fromX, toY - fromY]
  const along = ((x - fromX) * wide + (y - fromY) * high) / (wide ** 2 + high ** 2 || 1)
  const at = Math.min(1, Math.max(0, along))
  return Math.hypot(x - fromX - at * wide, y - fromY - at * high)
}

/** 192 by 192, in colour, to its edges. */
export function colorIcon(): Picture {
  const field = shield(0.78)
  const mark = tick(0.075)
  return draw(192, (x, y) => (field(x, y) && !mark(x, y) ? white : indigo))
}

/** 32 by 32, white on nothing. */
export function outlineIcon(): Picture {
  const [outer, inner, mark] = [shield(1), shield(0.8), tick(0.09)]
  return draw(32, (x, y) => ((outer(x, y) && !inner(x, y)) || mark(x, y) ? white : clear))
}

function draw(size: number, colorAt: (x: number, y: number) => Color): Picture {
  const pixels = Buffer.alloc(size * size * 4)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      pixels.set(mixed(size, column, row, colorAt), (row * size + column) * 4)
    }
  return { size, pixels }
}

function mixed(size: number, column: number, row: number, colorAt: (x: number, y: number) => Color): Color {
  const sum: Color = [0, 0, 0, 0]
  for (let step = 0; step < grain * grain; step++) {
    const x = column + ((step % grain) + 0.5) / grain
    const y = row + (Math.floor(step / grain) + 0.5) / grain
    for (const [part, value] of colorAt((2 * x) / size - 1, (2 * y) / size - 1).entries()) sum[part] = (sum[part] ?? 0) + value
  }
  const [red, green, blue, alpha] = sum
  const share = (value: number) => Math.round(value / grain ** 2)
  return [share(red), share(green), share(blue), share(alpha)]
}

/** Eight bits a channel, no filter. Format: W3C, Portable Network Graphics. */
export function png({ size, pixels }: Picture): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const rows = Array.from({ length: size }, (_, row) =>
    Buffer.concat([Buffer.of(0), pixels.subarray(row * size * 4, (row + 1) * size * 4)]),
  )
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

if (import.meta.main) {
  writeFileSync(new URL('color.png', import.meta.url), png(colorIcon()))
  writeFileSync(new URL('outline.png', import.meta.url), png(outlineIcon()))
}
