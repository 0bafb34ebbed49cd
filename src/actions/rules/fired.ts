import type { Rule } from '../../model/rule.ts'
import type { Texts } from '../../ports.ts'

/**
 * When a rule last brought an event here, ISO, kept under this and its lower-case id. The run itself is on no finding: on what it brought it is no
 * news.
 */
const firedText = 'rule-fired:'

export function keepBrought(texts: Pick<Texts, 'put'>, rule: Rule, at: string): Promise<void> {
  return texts.put(`${firedText}${rule.id.toLowerCase()}`, at)
}

export function readBrought(texts: Pick<Texts, 'get'>, rule: Rule): Promise<string | undefined> {
  return texts.get(`${firedText}${rule.id.toLowerCase()}`)
}
