import * as z from 'zod/mini'
import * as api from './api.ts'
import { createBoard } from './board.ts'
import { createChannel } from './channel.ts'
import { createComposer } from './composer.ts'
import { createDialog, type Look } from './dialog.ts'
import { fill, h, sign } from './dom.ts'
import { type Answered, type Place, PostNews, type Press, RunNews } from './shapes.ts'
import { searchWith } from './teams/choice.ts'
import { say, toast, toastRegions } from './toast.ts'

const looks: [Look, string][] = [
  ['both', 'Both'],
  ['teams', 'Teams'],
  ['slack', 'Slack'],
]

const Searched = z.object({ action: z.string(), findingId: z.optional(z.string()), input: z.record(z.string(), z.string()), field: z.string() })

let as = 'analyst'
let look: Look = 'both'
let place: Place | undefined

const channel = createChannel((press, title) => void pressed(press, title))
const board = createBoard()
const dialog = createDialog({ press: press => void pressed(press, ''), asker, look: () => look })
const heading = h('h1', { class: 'place-name' })
const nav = h('nav', { class: 'places', 'aria-label': 'Places' })

function asker() {
  return { as, placeId: place?.id }
}

async function pressed(press: Press, title: string): Promise<void> {
  if (press.dialog === true) dialog.open(title.trim() || 'Defender')
  await answered(() => api.perform(press, asker()), press.dialog === true)
}

async function typed(text: string): Promise<void> {
  await answered(() => api.command(text, asker()), false)
}

/** Forms open the dialog, errors of a form stay in it, everything else is a line or a card in the channel. */
async function answered(ask: () => Promise<Answered>, wantsDialog: boolean): Promise<void> {
  try {
    const result = await ask()
    const { card, changed } = result.answer
    say(card.text)
    if (card.form !== undefined || (wantsDialog && changed.length === 0)) return dialog.show(result)
    if (dialog.isOpen() && result.error !== undefined) return dialog.show(result)
    dialog.close()
    if (result.error !== undefined) toast(result.error.message, 'bad')
    else if (changed.length > 0) toast(card.text, 'good')
    else channel.whisper(card)
  } catch (thrown) {
    dialog.close()
    toast(thrown instanceof Error ? thrown.message : 'Something went wrong.', 'bad')
  }
}

async function openPlace(next: Place): Promise<void> {
  place = next
  heading.textContent = next.name
  for (const button of nav.querySelectorAll('button')) button.setAttribute('aria-current', String(button.dataset.id === next.id))
  await channel.open(next.id)
}

async function drawPlaces(): Promise<void> {
  const all = await api.places()
  const button = (one: Place) => {
    const element = h(
      'button',
      { type: 'button', class: 'place', 'data-id': one.id },
      sign('hash'),
      h('span', {}, one.name),
      h('span', { class: 'platform' }, one.platform === 'console' ? '' : one.platform),
    )
    element.addEventListener('click', () => void openPlace(one))
    return element
  }
  fill(nav, h('h2', {}, 'Places'), ...all.map(button))
  const [first] = all
  if (first !== undefined) await openPlace(first)
}

async function personSwitch(): Promise<HTMLElement> {
  const players = await api.people()
  const select = h(
    'select',
    { class: 'person', 'aria-label': 'You are' },
    ...players.map(({ as: id, name }) => h('option', { value: id }, name)),
  )
  select.addEventListener('change', () => {
    as = select.value
    toast(`You are now ${select.selectedOptions[0]?.textContent ?? as}.`)
  })
  return h('label', { class: 'person-label' }, h('span', {}, 'You are'), select)
}

function lookSwitch(): HTMLElement {
  const buttons = looks.map(([value, label]) => {
    const button = h('button', { type: 'button', 'aria-pressed': String(value === look), 'data-look': value }, label)
    button.addEventListener('click', () => {
      look = value
      document.body.dataset.look = value
      for (const other of buttons) other.setAttribute('aria-pressed', String(other.dataset.look === value))
    })
    return button
  })
  return h('div', { class: 'looks', role: 'group', 'aria-label': 'Show as' }, ...buttons)
}

function listen(): void {
  const source = new EventSource('/console/api/events')
  let _counted: number | undefined
  const count = () => {
    _counted ??= window.setTimeout(() => {
      _counted = undefined
      void board.refresh()
    }, 400)
  }
  source.addEventListener('post', event => {
    const news = z.safeParse(PostNews, JSON.parse(event.data))
    if (news.success) void channel.changed(news.data.postId, news.data.placeId).catch(() => undefined)
    count()
  })
  source.addEventListener('run', event => {
    const news = z.safeParse(RunNews, JSON.parse(event.data))
    if (news.success && news.data.ended)
      toast(`${news.data.logicAppName} ${news.data.state}.`, news.data.state === 'succeeded' ? 'good' : 'bad')
    count()
  })
  source.addEventListener('finding', count)
}

/** What a searching choice of an Adaptive Card asks: its dataset names the form's field. */
async function searched(dataset: string, words: string) {
  const of = z.safeParse(Searched, JSON.parse(dataset))
  return of.success ? api.choices(of.data, of.data.field, words, asker()) : []
}

async function start(): Promise<void> {
  searchWith(searched)
  document.body.dataset.look = look
  const logo = h('img', { src: document.body.dataset.sign ?? '', alt: '', width: '28', height: '28' })
  const bar = h(
    'header',
    { class: 'top' },
    logo,
    h('strong', { class: 'brand' }, 'Defender ChatOps'),
    h('span', { class: 'badge' }, 'Simulated Azure'),
    h('span', { class: 'grow' }),
    lookSwitch(),
    await personSwitch(),
  )
  const main = h(
    'main',
    { class: 'main' },
    h('div', { class: 'place-head' }, sign('hash'), heading),
    channel.element,
    createComposer(text => void typed(text)),
  )
  document.body.append(bar, h('aside', { class: 'left' }, nav, board.element), main, ...toastRegions())
  await drawPlaces()
  await board.refresh()
  listen()
}

void start().catch((thrown: unknown) => toast(thrown instanceof Error ? thrown.message : 'The page could not start.', 'bad'))
