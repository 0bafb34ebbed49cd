/** Actions of a workflow by what Azure bills them as; loops and branches count as if each action ran once. */
export interface ActionCounts {
  builtIn: number
  /** Calls of managed connectors, the trigger's own among them. */
  connector: number
}

/**
 * US dollars each, Consumption plan, list prices of Azure's page "Logic Apps pricing" for West Europe and East US as read in 2024; the first
 * 4,000 built-in actions a month are free and not counted here, enterprise connectors cost more.
 */
export const listPrices: Record<keyof ActionCounts, number> = { builtIn: 0.000025, connector: 0.000125 }

/** What so many runs cost, US dollars. */
export function runCost(runs: number, { builtIn, connector }: ActionCounts, prices = listPrices): number {
  return runs * (builtIn * prices.builtIn + connector * prices.connector)
}
