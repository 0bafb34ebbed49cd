import { readFileSync } from 'node:fs'
import { crc32, inflateSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { AppManifestUtils } from '@microsoft/app-manifest'
import { type TeamsPackage, teamsManifest, teamsPackage } from '../../manifest/teams/fill.ts'
import { colorIcon, outlineIcon, type Picture } from '../../manifest/teams/icons.ts'
import { zip } from '../../manifest/teams/zip.ts'
import { verbs } from '../../src/actions/verbs.ts'

const values: TeamsPackage = { botId: '00000000-0000-4000-8000-00000000000b', publicHost: 'bot.example.com' }

describe('the package', () => {
  test('holds the manifest and two icons, in no folder', () => {
    const files = unzipped(teamsPackage(values))
    expect([...files.keys()]).toEqual(['manifest.json', 'color.png', 'outline.png'])
    expect(JSON.parse(files.get('manifest.json')?.toString('utf8') ?? '')).toEqual(teamsManifest(values))
  })

  test('is the same for the same values', () => {
    expect(teamsPackage(values)).toEqual(teamsPackage({ ...values }))
  })

  test('names are any text, contents any bytes', () => {
    const entries = [
      { name: 'über.txt', content: Buffer.from('ä'.repeat(1000)) },
      { name: 'empty', content: Buffer.alloc(0) },
    ]
    expect(unzipped(zip(entries))).toEqual(new Map(entries.map(({ name, content }) => [name, content])))
  })
})

describe('the manifest', () => {
  test('is filled in, with nothing left open', () => {
    const manifest = teamsManifest({
      ...values,
      appId: '00000000-0000-4000-8000-00000000000a',
      version: '2.3.4',
      developer: 'Example',
      privacyUrl: 'https://example.com/privacy',
    })
    expect(manifest).toMatchObject({
      id: '00000000-0000-4000-8000-00000000000a',
      version: '2.3.4',
      developer: { name: 'Example', websiteUrl: 'https://bot.example.com/', privacyUrl: 'https://example.com/privacy' },
      bots: [{ botId: values.botId, scopes: ['team', 'personal', 'groupChat'] }],
    })
    expect(JSON.stringify(manifest)).not.toContain('{{')
    expect(teamsManifest(values).id).toBe(values.botId)
  })

  test('is right by the schema that Microsoft publishes', async () => {
    const manifest = teamsManifest(values)
    expect(await AppManifestUtils.validateAgainstSchema(manifest)).toEqual([])
    expect(await AppManifestUtils.validateAgainstSchema({ ...manifest, accentColor: 'blue' })).toEqual([
      expect.stringContaining('/accentColor'),
    ])
  })

  test('lists only commands that there are', () => {
    const listed = teamsManifest(values).bots.flatMap(({ commandLists }) =>
      commandLists.flatMap(({ commands }) => commands.map(({ title }) => title)),
    )
    expect(listed.filter(title => !verbs.has(title))).toEqual([])
  })

  test.each([
    ['an id that is none', { botId: 'bot' }, 'bots.0.botId'],
    ['a version of two parts', { version: '1.0' }, 'version'],
    ['http', { privacyUrl: 'http://example.com/' }, 'developer.privacyUrl'],
    ['a long name', { developer: 'x'.repeat(33) }, 'developer.name'],
    ['a host that is none', { publicHost: 'a b' }, 'developer.websiteUrl'],
  ])('refuses %s', (_name, wrong, field) => {
    expect(() => teamsManifest({ ...values, ...wrong })).toThrow(field)
  })
})

describe('the icons', () => {
  test.each([
    ['color.png', colorIcon(), 192],
    ['outline.png', outlineIcon(), 32],
  ])('%s is what the script draws', (name, drawn, size) => {
    const picture = decoded(readFileSync(new URL(`../../manifest/teams/${name}`, import.meta.url)))
    expect(picture.size).toBe(size)
    expect(picture.pixels.equals(drawn.pixels)).toBe(true)
  })

  test('the outline is white on nothing', () => {
    const { pixels } = outlineIcon()
    const points = Array.from({ length: pixels.length / 4 }, (_, index) => [...pixels.subarray(index * 4, index * 4 + 4)])
    expect(points.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255)).toBe(true)
    expect(points.filter(([, , , alpha]) => alpha === 255).length).toBeGreaterThan(100)
    expect(points.filter(([, , , alpha]) => alpha === 0).length).toBeGreaterThan(400)
  })
})

/** Reads by the directory at the end, as Teams does. */
function unzipped(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.length - 22
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50)
  const files = new Map<string, Buffer>()
  let at = bytes.readUInt32LE(end + 16)
  expect(at + bytes.readUInt32LE(end + 12)).toBe(end)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50)
    const nameLength = bytes.readUInt16LE(at + 28)
    files.set(
      bytes.toString('utf8', at + 46, at + 46 + nameLength),
      fileAt(bytes, bytes.readUInt32LE(at + 42), bytes.readUInt32LE(at + 16)),
    )
    at += 46 + nameLength
  }
  return files
}

function fileAt(bytes: Buffer, at: number, sum: number): Buffer {
  expect(bytes.readUInt32LE(at)).toBe(0x04034b50)
  const from = at + 30 + bytes.readUInt16LE(at + 26)
  const content = bytes.subarray(from, from + bytes.readUInt32LE(at + 18))
  expect(crc32(content)).toBe(sum)
  return Buffer.from(content)
}

function decoded(bytes: Buffer): Picture {
  const size = bytes.readUInt32BE(16)
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const content = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at))
    expect(bytes.readUInt32BE(at + 8 + content.length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + content.length)))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(content)
  }
  const rows = inflateSync(Buffer.concat(parts))
  const pixels = Array.from({ length: size }, (_, row) => rows.subarray(row * (size * 4 + 1) + 1, (row + 1) * (size * 4 + 1)))
  return { size, pixels: Buffer.concat(pixels) }
}
