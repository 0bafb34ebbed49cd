import { crc32 } from 'node:zlib'

export interface ZipEntry {
  name: string
  content: Buffer
}

/** 1 January 1980, the earliest a zip can say: the same content is the same package. */
const dosDate = 0x0021
const version = 20
const utf8Names = 0x0800

/** A zip with its files stored as they are, in no folder. Format: PKWARE APPNOTE 6.3. */
export function zip(entries: ZipEntry[]): Buffer {
  const locals = entries.map(entry => Buffer.concat([localHeader(entry), Buffer.from(entry.name), entry.content]))
  const offsets = locals.map((_, index) => locals.slice(0, index).reduce((sum, { length }) => sum + length, 0))
  const directory = Buffer.concat(
    entries.flatMap((entry, index) => [centralHeader(entry, offsets[index] ?? 0), Buffer.from(entry.name)]),
  )
  const files = Buffer.concat(locals)
  return Buffer.concat([files, directory, endRecord(entries.length, directory.length, files.length)])
}

/** What both headers say of a file, from the version needed to the length of the extra field. */
function described({ name, content }: ZipEntry): Buffer {
  const part = Buffer.alloc(26)
  part.writeUInt16LE(version, 0)
  part.writeUInt16LE(utf8Names, 2)
  part.writeUInt16LE(dosDate, 8)
  part.writeUInt32LE(crc32(content), 10)
  part.writeUInt32LE(content.length, 14)
  part.writeUInt32LE(content.length, 18)
  part.writeUInt16LE(Buffer.byteLength(name), 22)
  return part
}

function localHeader(entry: ZipEntry): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), described(entry)])
}

function centralHeader(entry: ZipEntry, offset: number): Buffer {
  const madeBy = Buffer.alloc(2)
  madeBy.writeUInt16LE(version, 0)
  const rest = Buffer.alloc(14)
  rest.writeUInt32LE(offset, 10)
  return Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeBy, described(entry), rest])
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22)
  record.write('PK\x05\x06', 'latin1')
  record.writeUInt16LE(count, 8)
  record.writeUInt16LE(count, 10)
  record.writeUInt32LE(size, 12)
  record.writeUInt32LE(offset, 16)
  return record
}
