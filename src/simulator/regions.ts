/** Where the simulated company may have resources. */
export const regions: [string, string][] = [
  ['westeurope', 'West Europe'],
  ['northeurope', 'North Europe'],
  ['eastus', 'East US'],
  ['centralus', 'Central US'],
]
export const regionNames = regions.map(([name]) => name)
