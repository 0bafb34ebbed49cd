/** A rule that two people change at once: all that a form can change, as the second of them changed it. */
export function othersChange(subscription: string): Record<string, string> {
  return {
    description: 'Asked for by the SOC.',
    enabled: 'false',
    scope: `${subscription}/rg-soc`,
    logicApp: 'Notify-SOC',
    conditions: 'Severity is Medium',
  }
}

/** What each part of it looks like beside one's own, which has only other conditions than before; in the order of the card. */
export const besideOnesOwn = [
  ['Description', 'Asked for by the SOC.', 'Empty'],
  ['Hears events of', 'rg-soc of Production', 'all of Production'],
  ['Starts when', 'an alert’s severity is Medium', 'an alert’s severity is High'],
  ['Logic app', 'Notify-SOC in rg-soc', 'Block-IP in rg-soc'],
  ['Enabled', 'No', 'Yes'],
].map(([label, theirs, mine]) => new RegExp(`${label}, theirs.{0,200}${theirs}.*${label}, yours.{0,200}${mine}`, 's'))
