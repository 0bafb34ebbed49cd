import { built } from './build.ts'
import type { Template } from './template.ts'

export const blank: Template = {
  name: 'blank',
  title: 'Blank',
  help: 'Starts on the event and puts its parts together; you add the rest in the designer.',
  kinds: ['alert', 'recommendation', 'compliance'],
  parameters: [],
  build: values => built(values, { actions: {} }),
}
