import type { ActionCounts } from './logic-app.ts'

/**
 * US dollars for one execution each on the Consumption plan, the list prices of azure.microsoft.com/pricing/details/logic-apps as others quote it
 * (July 2020); the page itself fills them in by region and currency. What is free each month (the first 4,000 built-in actions) is not taken off; enterprise connectors cost more.
 */
export const listPrices: Record<keyof ActionCounts, number> = { builtIn: 0.000025, connector: 0.000125 }

/** What so many runs cost, US dollars. A Defender trigger is one more connector call; loops and branches count as if each action ran once. */
export function runCost(runs: number, { builtIn, connector }: ActionCounts, prices = listPrices): number {
  return runs * (builtIn * prices.builtIn + (connector + 1) * prices.connector)
}
