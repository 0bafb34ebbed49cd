const ticksAtEpoch = 621_355_968_000_000_000n
const lastTick = 3_155_378_975_999_999_999n
const largest = 2n ** 63n - 1n

/** 100 ns since year 1. */
function ticksOf(time: Date): bigint {
  return BigInt(time.getTime()) * 10_000n + ticksAtEpoch
}

/** What is newer has a smaller number, so that names sort newest first, as Azure's alerts do. `below` tells two of one millisecond apart. */
export function descending(time: Date, below = 0): string {
  return (lastTick - ticksOf(time) - BigInt(below)).toString()
}

/** The same for logic apps' versions and runs, from 2^63 − 1. */
export function descending63(time: Date, below = 0): string {
  return (largest - ticksOf(time) - BigInt(below)).toString().padStart(20, '0')
}
