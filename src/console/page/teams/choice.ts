import { ChoiceSetInput } from 'adaptivecards'
import { combobox, type Option } from '../combobox.ts'
import { h, sign } from '../dom.ts'

/** Asks the bot for choices; `dataset` says which field of which form. */
export type Search = (dataset: string, typed: string) => Promise<Option[]>

let searchBot: Search | undefined

export function searchWith(search: Search): void {
  searchBot = search
}

/** A choice of one, with search: the library draws the browser's own list for it, which looks like no Teams and cannot ask the bot. */
export class SearchingChoice extends ChoiceSetInput {
  private chosen: Option | undefined
  private box: HTMLInputElement | undefined

  private get searches(): boolean {
    return !this.isMultiSelect && this.style !== 'expanded'
  }

  protected override internalRender(): HTMLElement | undefined {
    if (!this.searches) return super.internalRender()
    const given = this.choices.map(({ value, title }): Option => ({ value: value ?? '', title: title ?? value ?? '' }))
    this.chosen = given.find(({ value }) => value === this.defaultValue)
    const box = h('input', { type: 'text', class: 'ac-input', placeholder: this.placeholder, value: this.chosen?.title })
    this.box = box
    const options = (typed: string): Promise<Option[]> => this.found(given, typed)
    const { list, refresh } = combobox({ input: box, options, choose: option => this.take(option), tab: false, eager: true })
    box.addEventListener('focus', () => box.select())
    box.addEventListener('click', () => void refresh())
    box.addEventListener('change', () => this.settle(given))
    return h('div', { class: 'choice' }, box, sign('down'), list)
  }

  /** The library labels what `internalRender` gave it; the box in it is what is read. */
  protected override updateInputControlAriaLabelledBy(): void {
    super.updateInputControlAriaLabelledBy()
    const labelled = this.renderedInputControlElement?.getAttribute('aria-labelledby')
    if (!this.searches || labelled === null || labelled === undefined) return
    this.box?.setAttribute('aria-labelledby', labelled)
    this.box?.setAttribute('aria-required', String(this.isRequired))
    this.renderedInputControlElement?.removeAttribute('aria-labelledby')
  }

  /** All are shown while the box still holds the chosen one. */
  private async found(given: Option[], typed: string): Promise<Option[]> {
    const wanted = typed === this.chosen?.title ? '' : typed.trim().toLowerCase()
    const near = given.filter(({ title }) => title.toLowerCase().includes(wanted))
    const dataset = this.choicesData?.dataset
    if (searchBot === undefined || dataset === undefined || wanted === '') return near
    return searchBot(dataset, typed).catch(() => near)
  }

  private take(option: Option): void {
    this.chosen = option
    if (this.box !== undefined) this.box.value = option.title
    this.valueChanged()
  }

  /** A title typed in full is a choice too; anything else is none. */
  private settle(given: Option[]): void {
    const typed = this.box?.value.trim().toLowerCase() ?? ''
    if (this.chosen?.title.toLowerCase() === typed) return
    this.chosen = given.find(({ title }) => title.toLowerCase() === typed)
    this.valueChanged()
  }

  override isSet(): boolean {
    return this.searches ? this.chosen !== undefined : super.isSet()
  }

  override focus(): void {
    if (this.searches) this.box?.focus()
    else super.focus()
  }

  override get value(): string | undefined {
    return this.searches ? this.chosen?.value : super.value
  }
}
