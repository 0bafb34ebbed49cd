import * as z from 'zod/mini'
import { h } from '../dom.ts'
import { type Press, pressOf } from '../shapes.ts'
import { blocks } from './blocks.ts'
import { filled, json, type Surroundings } from './elements.ts'
import { Modal } from './shapes.ts'

export interface ModalView {
  title: string
  submit?: string | undefined
  body: HTMLElement
  /** What the submitted view asks for; undefined when it is no form. */
  press(): Press | undefined
}

/** A Slack modal's content; the dialog draws its frame and buttons. */
export function slackModal(
  raw: object,
  press: Surroundings['press'],
  search: (of: Press, field: string, typed: string) => ReturnType<NonNullable<Surroundings['search']>>,
): ModalView | undefined {
  const read = z.safeParse(Modal, raw)
  if (!read.success) return undefined
  const { title, submit, private_metadata, blocks: inner } = read.data
  const own = json(private_metadata)
  const values = new Map<string, () => string>()
  const look = (field: string, typed: string) => {
    const of = pressOf(own)
    return of === undefined ? Promise.resolve([]) : search(of, field.replace(/^field_/, ''), typed)
  }
  const body = h('div', { class: 'slack-body slack-modal' }, ...blocks(inner, { press, values, search: look }))
  return { title: title.text, submit: submit?.text, body, press: () => filled(own, values) }
}
