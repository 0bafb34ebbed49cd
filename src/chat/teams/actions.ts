import type { Button, Do, Form } from '../../../cards/card.ts'
import { inline, isHttps, short } from '../../../cards/text.ts'
import { bounded } from '../button.ts'
import type { Node } from './node.ts'

/** Where the card stands: in a conversation buttons execute, in a dialog they submit it. */
export type Host = 'message' | 'dialog'

const maxTitle = 60
const maxData = 2000
/** Teams shows at most six; the rest goes to the overflow. */
const maxPrimary = 6

export function actions(buttons: Button[], more: Button[], form: Form | undefined, host: Host): Node[] {
  const submit = form === undefined ? [] : [submitAction(form, host)]
  const first = [...submit, ...buttons.flatMap(button => action(button, host))]
  const rest = more.flatMap(button => action(button, host))
  return [...first.slice(0, maxPrimary), ...[...first.slice(maxPrimary), ...rest].map(node => ({ ...node, mode: 'secondary' }))]
}

/** Nothing for a link that is not https. */
export function action(button: Button, host: Host): Node[] {
  switch (button.type) {
    case 'do':
      return [doAction(button, host)]
    case 'open':
      return isHttps(button.url) ? [{ type: 'Action.OpenUrl', title: title(button.label), url: button.url }] : []
  }
}

const style = { primary: 'positive', danger: 'destructive' } as const

function doAction(button: Do, host: Host): Node {
  const look = { title: title(button.label), ...(button.style === undefined ? {} : { style: style[button.style] }) }
  const data = bounded(button, maxData)
  const inputs = button.fields === true ? {} : { associatedInputs: 'none' }
  if (host === 'dialog') return { type: 'Action.Submit', ...look, data, ...inputs }
  if (button.dialog === true)
    return { type: 'Action.Submit', ...look, data: { ...data, msteams: { type: 'task/fetch' } }, ...inputs }
  return { type: 'Action.Execute', ...look, verb: button.action, data, ...inputs }
}

function submitAction(form: Form, host: Host): Node {
  const look = { title: title(form.submit), style: style[form.style ?? 'primary'], data: bounded(form, maxData) }
  return host === 'dialog' ? { type: 'Action.Submit', ...look } : { type: 'Action.Execute', ...look, verb: form.action }
}

function title(label: string): string {
  return short(inline(label), maxTitle)
}
