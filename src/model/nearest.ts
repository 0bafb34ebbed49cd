/** The three closest names, as long as fewer than half of the letters differ. What is too long to be any of them is not compared. */
export function nearest(word: string, names: string[]): string[] {
  return names
    .filter(name => name.startsWith(word) || Math.abs(name.length - word.length) <= most(name))
    .map(name => ({ name, distance: name.startsWith(word) ? 0 : distance(word, name) }))
    .filter(({ name, distance }) => distance <= most(name))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name)
}

function most(name: string): number {
  return Math.max(1, Math.floor(name.length / 2))
}

function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...from].entries()) row = nextRow(row, letter, index + 1, to)
  return row.at(-1) ?? 0
}

function nextRow(above: number[], letter: string, first: number, to: string): number[] {
  const row = [first]
  for (let column = 1; column <= to.length; column++) {
    const change = (above[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1)
    row.push(Math.min(change, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1))
  }
  return row
}
