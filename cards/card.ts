/**
 * The platform-neutral card language: a closed union of plain objects. Every string is plain text, whatever it holds; renderers escape it.
 * No platform's type and no markup enters here.
 */

/** Meaning, not colour: each host picks its own. */
export type Tone = 'bad' | 'warn' | 'info' | 'good' | 'neutral'

export interface Card {
  /** One line that reads well aloud: notification text, screen readers, hosts that show no cards. */
  fallback: string
  /** The bar at the card's edge. */
  tone: Tone
  body: Element[]
  /** One primary, two secondary; shown. */
  buttons: Button[]
  /** The rest, in the overflow menu. */
  more: Button[]
  /** Present when the card is a form: what is asked with which button. */
  form?: Form
  /** Id of the finding whose own card this is: a host that can asks for it anew for each person. */
  of?: string
}

export type Element =
  | Heading
  | { type: 'title'; text: string }
  | Text
  | { type: 'facts'; facts: Fact[] }
  | Details
  | Steps
  | { type: 'rows'; rows: Row[] }
  | Line
  | { type: 'code'; text: string }
  | Chart
  | { type: 'divider' }
  | Input
  | Beside

/** `HIGH · Alert … In progress · Analyst`: a badge with its words left, state and owner right. */
export interface Heading {
  type: 'heading'
  badge: string
  tone: Tone
  left: string
  right: string
}

export interface Text {
  type: 'text'
  text: string
  subtle?: boolean
  strong?: boolean
  /** A long text is shown up to about this many characters, the rest behind "Show more"; never cut. */
  foldAt?: number
  /** How a host without folding fetches the whole. */
  unfold?: Do
  /** At the end of the text. */
  link?: Link
}

/** Leads out of the chat; https only, renderers drop anything else. */
export interface Link {
  label: string
  url: string
}

/** Numbered from `first` (1 when absent). */
export interface Steps {
  type: 'steps'
  items: string[]
  first?: number
}

export interface Fact {
  label: string
  value: string
}

/** A fold: a title with a count, closed at first. Hosts that cannot fold show a button that does `unfold`. */
export interface Details {
  type: 'details'
  title: string
  body: Element[]
  unfold?: Do
}

/** One line a thing in a list; `badge` first (a severity, a state), the button at its end. */
export interface Row {
  badge: string
  tone: Tone
  text: string
  subtle: string
  button?: Button
}

/** A state in a word, an icon and a tone, with an optional link at its end: a run, a warning, a confirmation. */
export interface Line {
  type: 'line'
  tone: Tone
  /** ok, fail, wait, stop, warn, info: an icon beside the word, never instead of it. */
  icon: 'ok' | 'fail' | 'wait' | 'stop' | 'warn' | 'info'
  text: string
  link?: Link
}

/** Numbers side by side, in their order: days, or a few named things. `label` says in words what stands out, for who can't see it. */
export interface Chart {
  type: 'chart'
  label: string
  bars: Bar[]
}

export interface Bar {
  label: string
  /** Not negative. */
  value: number
}

/** Buttons that belong to the field above them. */
export interface Beside {
  type: 'beside'
  buttons: Do[]
}

export type Button = Do | Open

/** Asks for a verb of the table of verbs. `input` holds its words; nothing secret, nothing trusted on return. */
export interface Do {
  type: 'do'
  label: string
  action: string
  findingId?: string
  input?: Record<string, string>
  style?: 'primary' | 'danger'
  /** Leads to a form or to more text: hosts open a dialog for it at once and fill it with the answer. */
  dialog?: true
  /** Sends what stands in the form's fields along, filled in or not; a host draws it where there are fields. */
  fields?: true
}

export interface Open {
  type: 'open'
  label: string
  /** https only; renderers drop anything else. */
  url: string
}

/** What a submitted form asks for; values of the inputs are added to `input` under their ids. */
export interface Form {
  title: string
  action: string
  findingId?: string
  input?: Record<string, string>
  /** Says what happens: "Run Notify-SOC". */
  submit: string
  /** What is done can't be taken back lightly. */
  style?: 'danger'
  /** What the form is the answer to: where it stands without its fields, a button asks that again. */
  asked?: Pick<Do, 'action' | 'findingId' | 'input'>
}

export type Input = ChoiceInput | TextInput | ToggleInput

interface InputCommon {
  type: 'input'
  id: string
  label: string
  required: boolean
  hint?: string
  /** Shown at the field after a refused submit. */
  error?: string
}

export interface ChoiceInput extends InputCommon {
  as: 'choice'
  options: Choice[]
  value?: string
  placeholder?: string
  /** More than a hundred options, or asked for by typing: the host searches while the person types. */
  search: boolean
  /** Its verb finds options by what is typed: where there is no room for all, few are shown. */
  searchable?: boolean
}

export interface Choice {
  value: string
  title: string
  note?: string
}

export interface TextInput extends InputCommon {
  as: 'text'
  value?: string
  placeholder?: string
  multiline: boolean
  maxLength: number
}

export interface ToggleInput extends InputCommon {
  as: 'toggle'
  value: boolean
}
