const textOid = 25
const noValue = -1

/**
 * A `text[]` in PostgreSQL's binary form, which the driver passes on as it is. Written as text, every quote in a JSON body would be escaped
 * here and unescaped there: that halves the rate of inserts.
 */
export function textArray(values: (string | null)[]): Buffer {
  const lengths = values.map(value => (value === null ? noValue : Buffer.byteLength(value)))
  const size = lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), 20)
  const buffer = Buffer.allocUnsafe(size)
  let at = 0
  // Dimensions, whether there are nulls, type of element, how many, index of the first.
  for (const number of [1, values.includes(null) ? 1 : 0, textOid, values.length, 1]) at = buffer.writeInt32BE(number, at)
  values.forEach((value, index) => {
    at = buffer.writeInt32BE(lengths[index] ?? noValue, at)
    if (value !== null) at += buffer.write(value, at)
  })
  return buffer
}
