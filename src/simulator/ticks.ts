const ticksAtEpoch = 621_355_968_000_000_000n
const lastTick = 3_155_378_975_999_999_999n

/** 100 ns since year 1. */
function ticksOf(time: Date): bigint {
  return BigInt(time.getTime()) * 10_000n + ticksAtEpoch
}

/** What is newer has a smaller number, so that names sort newest first, as Azure's alerts do. */
export function descending(time: Date): string {
  return (lastTick - ticksOf(time)).toString()
}

/** The same for logic apps' versions and runs, from 2^63 − 1. */
export function descending63(time: Date): string {
  return (9_223_372_036_854_775_807n - ticksOf(time)).toString().padStart(20, '0')
}
