import type { ActionCounts } from './logic-app.ts'

/** US dollars for one execution each on the Consumption plan. */
export interface Prices extends Record<keyof ActionCounts, number> {
  /** Whose they are and of when: it stands with every sum that is made of them. */
  source: string
}

/**
 * Quoted by others from azure.microsoft.com/pricing/details/logic-apps, which itself fills them in by region and currency. What is free each month (the
 * first 4,000 built-in actions) is not taken off; enterprise connectors cost more.
 */
export const listPrices: Prices = { builtIn: 0.000025, connector: 0.000125, source: 'list prices as quoted in July 2020' }

/** What so many runs cost, US dollars. A Defender trigger is one more connector call; loops and branches count as if each action ran once. */
export function runCost(runs: number, { builtIn, connector }: ActionCounts, prices: Prices): number {
  return runs * (builtIn * prices.builtIn + (connector + 1) * prices.connector)
}
